#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A certificate over a TPM's attestation key with dates of one's choice; openssl(1) dates those over
a key that it does not have from now on.  usage: ak_certificate.py ISSUER.key ISSUER.pem KEY.pub FROM
UNTIL (seconds, UTC): PEM to standard output"""
import datetime
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

issuer_key, issuer, key = [open(name, "rb").read() for name in sys.argv[1:4]]
dates = [datetime.datetime.fromtimestamp(int(text), datetime.timezone.utc) for text in sys.argv[4:6]]
made = (
    x509.CertificateBuilder()
    .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ak")]))
    .issuer_name(x509.load_pem_x509_certificate(issuer).subject)
    .public_key(serialization.load_pem_public_key(key))
    .serial_number(x509.random_serial_number())
    .not_valid_before(dates[0])
    .not_valid_after(dates[1])
    .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    .add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier("2.23.133.8.3")]), critical=False)
    .sign(serialization.load_pem_private_key(issuer_key, None), hashes.SHA256())
)
sys.stdout.write(made.public_bytes(serialization.Encoding.PEM).decode())
