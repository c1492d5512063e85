#include "sim/world/service_account.hpp"

namespace sim {

// Made for the simulator alone: it opens nothing anywhere. Kept as text because making an RSA key costs 0.1 s a run and
// would have to be seeded to keep runs alike. 512 bits, where Google's keys have 2,048: the algorithm and every check are
// the same, and signing, which the engine does once per user and hour, was half of the time of long stories.
const char* const service_account_private_key =
    R"(-----BEGIN PRIVATE KEY-----
MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEA0EVAI9v1c9V7pZgK
8gZ6FXqUk0nE1RtGlDpffqs39+hY40R7mpFBqtqjCB0fgEL2wV+zq9buLWdFcQOU
b0kL4wIDAQABAkBFu5oRJ5mUUhtXQ4QOqxp/TI6ojh+IVtyXzr+gksVnjFoSKQGY
qMmSJXxww0Den6x8TWpo5v5QNSfJPf9ImS/RAiEA9zyY9AtSDDia6uRDY2QLjwOy
+vpUSgz70XdDlVeYPDkCIQDXpxPU6beDEJxMa2TFFVCsfg7URP6hkb5YH2+DoTYA
+wIhAKiJC28ZJHYmRBypO/LN6T81c1W5Pao5DZQtq8lrK+CpAiEAvK/FXF96X8Ui
3IKC0yZJRgOt+fC8UqXww64NpkBhvg0CIASQb+hBCkrRKO0WbQioDVg5yUmNwJK+
srGCalnnjB2k
-----END PRIVATE KEY-----
)";

const char* const service_account_public_key =
    R"(-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANBFQCPb9XPVe6WYCvIGehV6lJNJxNUb
RpQ6X36rN/foWONEe5qRQaraowgdH4BC9sFfs6vW7i1nRXEDlG9JC+MCAwEAAQ==
-----END PUBLIC KEY-----
)";

}  // namespace sim
