/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates and keys for the fuzzer of what metadata services sign: of ap-southeast-2 and of
 * Google's accounts as they publish them, and a test root as that of Azure.
 */
#ifndef TESTS_FUZZ_ATTEST_BEARER_GIVEN_H
#define TESTS_FUZZ_ATTEST_BEARER_GIVEN_H

#define BEARER_EC2 \
    "-----BEGIN CERTIFICATE-----\n" \
    "MIIEEjCCAvqgAwIBAgIJAL2bOgb+dq9rMA0GCSqGSIb3DQEBCwUAMFwxCzAJBgNV\n" \
    "BAYTAlVTMRkwFwYDVQQIExBXYXNoaW5ndG9uIFN0YXRlMRAwDgYDVQQHEwdTZWF0\n" \
    "dGxlMSAwHgYDVQQKExdBbWF6b24gV2ViIFNlcnZpY2VzIExMQzAgFw0xNTEwMjkw\n" \
    "OTAwNTdaGA8yMTk1MDQwMzA5MDA1N1owXDELMAkGA1UEBhMCVVMxGTAXBgNVBAgT\n" \
    "EFdhc2hpbmd0b24gU3RhdGUxEDAOBgNVBAcTB1NlYXR0bGUxIDAeBgNVBAoTF0Ft\n" \
    "YXpvbiBXZWIgU2VydmljZXMgTExDMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIB\n" \
    "CgKCAQEAmRcyLWraysQS8yDC1b5Abs3TUaJabjqWu7d5gHik5Icd6dKl8EYpQSeS\n" \
    "vz6pLhkgO4xBbCRGlgE8LS/OijcZ5HwdrxBiKbicR1YvIPaIyEQQvF5sX6UWkGYw\n" \
    "Ma5IRGj4YbRmJkBybw+AAV9Icb5LJNOMWPi34OWM+2tMh+8L234v/JA6ogpdPuDr\n" \
    "sM6YFHMZ0NWo58MQ0FnEj2D7H58Ti//vFPl0TaaPWaAIRF85zBiJtKcFJ6vPidqK\n" \
    "f2/SDuAvZmyHC8ZBHg1moX9bR5FsU3QazfbW+c+JzAQWHj2AaQrGSCITxCMlS9sJ\n" \
    "l51DeoZBjnx8cnRe+HCaC4YoRBiqIQIDAQABo4HUMIHRMAsGA1UdDwQEAwIHgDAd\n" \
    "BgNVHQ4EFgQU/wHIo+r5U31VIsPoWoRVsNXGxowwgY4GA1UdIwSBhjCBg4AU/wHI\n" \
    "o+r5U31VIsPoWoRVsNXGxoyhYKReMFwxCzAJBgNVBAYTAlVTMRkwFwYDVQQIExBX\n" \
    "YXNoaW5ndG9uIFN0YXRlMRAwDgYDVQQHEwdTZWF0dGxlMSAwHgYDVQQKExdBbWF6\n" \
    "b24gV2ViIFNlcnZpY2VzIExMQ4IJAL2bOgb+dq9rMBIGA1UdEwEB/wQIMAYBAf8C\n" \
    "AQAwDQYJKoZIhvcNAQELBQADggEBACobLvj8IxlQyORTz/9q7/VJL509/p4HAeve\n" \
    "92riHp6+Moi0/dSEYPeFTgdWB9W3YCNc34Ss9TJq2D7t/zLGGlbI4wYXU6VJjL0S\n" \
    "hCjWeIyBXUZOZKFCb0DSJeUElsTRSXSFuVrZ9EAwjLvHni3BaC9Ve34iP71ifr75\n" \
    "8Tpk6PEj0+JwiijFH8E4GhcV5chB0/iooU6ioQqJrMwFYnwo1cVZJD5v6D0mu9bS\n" \
    "TMIJLJKv4QQQqPsNdjiB7G9bfkB6trP8fUVYLHLsVlIy5lGx+tgwFEYkG1N8IOO/\n" \
    "2LCawwaWm8FYAFd3IZl04RImNs/IMG7VmH1bf4swHOBHgCN1uYo=\n" \
    "-----END CERTIFICATE-----\n"

#define BEARER_AZURE \
    "-----BEGIN CERTIFICATE-----\n" \
    "MIIBmDCCAT+gAwIBAgIUDEoT6D1GdTEQrrQFxIASE3EegTkwCgYIKoZIzj0EAwIw\n" \
    "GjEYMBYGA1UEAwwPdGVzdCBjbG91ZCByb290MB4XDTI2MTEyOTEzMDk1OVoXDTM2\n" \
    "MTEyNjEzMDk1OVowGjEYMBYGA1UEAwwPdGVzdCBjbG91ZCByb290MFkwEwYHKoZI\n" \
    "zj0CAQYIKoZIzj0DAQcDQgAEQ7lp+bxqYCS/rQPei3s6O404DrKAnTaKBNzdtE2s\n" \
    "9NHcGr/Hf3Ff6j4ymPJs0UeHgiHDvKAb5MFgapJN8IJiQqNjMGEwHQYDVR0OBBYE\n" \
    "FFmJUm/VyHytAU6NtP/rmlpUAOnaMB8GA1UdIwQYMBaAFFmJUm/VyHytAU6NtP/r\n" \
    "mlpUAOnaMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgIEMAoGCCqGSM49\n" \
    "BAMCA0cAMEQCIDQ/etqyayMOfiRHfcM4Gj7K/ZhY9FR6chuP8zyYv+rgAiA13KDX\n" \
    "SpChzUW3vp9yHel9dki5PLL8l7qni08CL2t5Xw==\n" \
    "-----END CERTIFICATE-----\n"

#define BEARER_ROOT "sha256:d2906b881a8a9196ce02e5339cab50935a1d0b27dd2406803e4d718a6f7e1349"

#define BEARER_JWKS \
    "{\"keys\":[{\"kty\":\"RSA\",\"alg\":\"RS256\",\"kid\":\"eec534fa5b8caca201ca8d0ff96b54c562210d1e\",\"e\":\"AQAB\",\"n\":\"" \
    "5D9Xb4z8eFr-3Zh3m5GnM_KVqc6rskPL7EMa6lSxNiMJ-PhXGORU-S-QgLmMvHu3vAMfvxz6ph3JZDpd" \
    "GT68wj-vWqqBudaDYCbnbkjXm6UpcrFMpGAiOS6gACNxpz80JXaO2DPtl9jTN6WyJY9tLHdqRfesfOlw" \
    "zB0lmVZ8shSDh8usN3vB1KfYuR6Vytly1phaWJr92yMICKUjtXT-0SlrtqDgX_U2Swl4QyZN6rrfuG3F" \
    "6Fmw-m12Ve_kyoPUb02bbJCSFDnIZsMvRlSZem5nUrs86zDPTWfNcB0LUYG8OgMzOev7r04h_RY2F6K7" \
    "c8nE2EobYTrH0kw2QIf8vQ" \
    "\"}]}"

#endif
