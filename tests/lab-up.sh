#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The lab alone, in build/lab.
exec "$(dirname "$0")/lab/lab" up build/lab
