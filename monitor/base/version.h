/* SPDX-License-Identifier: Apache-2.0 */
/* The version, in one place. */
#ifndef MONITOR_BASE_VERSION_H
#define MONITOR_BASE_VERSION_H

#define SEKIMORI_VERSION "0.1.0"

#endif
