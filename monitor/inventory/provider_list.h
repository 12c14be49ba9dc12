/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of providers: PROVIDER("name", function).  The name is the first part of every place. */
PROVIDER("aws", inventory_aws)
#undef PROVIDER
