#include "sim/world/service_account.hpp"

namespace sim {

// Made for the simulator alone: it opens nothing anywhere. Kept as text because making an RSA key costs 0.1 s a run and
// would have to be seeded to keep runs alike. 1,024 bits, where Google's have 2,048: signing is a fifth of the work, and
// the engine signs once per user and hour.
const char* const service_account_private_key =
    R"(-----BEGIN PRIVATE KEY-----
MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAN6O3eeIx0f0693V
fxILIbK2W42HypH4HzFcp35Vf2Kj+v72c/3JwKC1FZ+ClUNsug6RHOnDpAX9O258
uDA0ZvDNtzbfoir83QHCxOrovZLFmbmnlBUDzyCjH+fny4PapYLzm6RJ6eL9szqt
XaFrCJ34/D4RKJI1OBpShu14c8pJAgMBAAECgYA7AeYT3U/45BclWdW3Evx8RZ1A
iSBMU1zx2X8PH9wGazPBJdbbEwLfmSOChzzMA6fQ9OiVkimK7Pk08hxjq4EfGK8q
imbYoylbRbhsfzYhpYd3PUAZgV5br+UtPAr+GcJydrn7zbRQryK5Gm7qgcSiex2q
B2jzCgHN/p5qbdGgAQJBAPsn1ThweuOcVferjJV2tLylHgx2Uhb1XEKcutVMxnAG
MtmXgYwHslcZMQMbWc4xEFjURvdNOmIswYIz5R+8puECQQDi2dLlpDTmxw8MV1UE
+gHt8sUGQ50v6sho/GHbcwoxkXXrKKLdO8pLUzK5OjE1XsxVMVGLq1YheF7vup6P
dlhpAkEA96I8v5tX75gzwzGoOa6DYgVD7XG0WuKthxhVtv4uIkJaXOTfXJwyIWK7
Sp7rGzyRK6SSHEBPMoGCgsh8P6CYwQJAPMoWQ8d/DaCmHa6Bb/X28mat+YHA64hE
8C1Bo+buAl5ydPPMwPA2w3ymCRDZAu5GX0X6Di15xTpWZnNh7hvOkQJAYzMIJlyA
tcVybvoTR/PaJAAxFa5EL7vGovCHU+ED/PEV7CRCtR0bL5/b7fkng8aYZwvZRB+2
EafJoRZ0y6wVZQ==
-----END PRIVATE KEY-----
)";

const char* const service_account_public_key =
    R"(-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDejt3niMdH9Ovd1X8SCyGytluN
h8qR+B8xXKd+VX9io/r+9nP9ycCgtRWfgpVDbLoOkRzpw6QF/TtufLgwNGbwzbc2
36Iq/N0BwsTq6L2SxZm5p5QVA88gox/n58uD2qWC85ukSeni/bM6rV2hawid+Pw+
ESiSNTgaUobteHPKSQIDAQAB
-----END PUBLIC KEY-----
)";

}  // namespace sim
