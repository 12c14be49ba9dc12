#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ends the lab that lab-up raised.
exec "$(dirname "$0")/lab/lab" down build/lab
