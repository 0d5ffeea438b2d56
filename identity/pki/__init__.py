"""The consortium's own certificates for residents' devices: requests, certificates, revocation, signatures.

No model and no action is known here; cryptography and asn1crypto do the encoding, pyhanko-certvalidator the
validation. docs/certificate-profile.md describes what comes out.
"""
