#include "fakes/cloud/kms_static_key.hpp"

#include <cassert>
#include <map>
#include <tuple>

#include "fakes/dice.hpp"

namespace fakes {
namespace {

constexpr std::string_view cloud_1024 =
    R"(-----BEGIN PRIVATE KEY-----
MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAJJXFDykWoQPsO3x
+9Ac/ns7HhLfiYP8iMxZc3wOQPWU55S4UmvYHbjD40wciKmjrNPFdcjiGy+OHlV1
FaETGYHEa1C83WoHqneGIu3UVrcySjxBwkzcHVw5juo/Xpu6yCiK82Wnd7cEuq8g
Bf/4VPUr4Iphb+CrYHFglfxxd4ghAgMBAAECgYBBaflaziDD7XuqMUPdmEhM73UW
/KMsw4Kmzcloh7qTzDbkbKwzFszaXX3J9OtF4SsNErP+0stSK5X1nzvG35HDme3Y
ccF/gP+9qqV13t4b204hEVKVG6UjCp91Lf4WSlIAqvft4KrwGZlljeq9WPRib0cm
zQ1jbDYDAEbXXEg0PQJBAMJeb0P+NTpMzIiArqyWIqFnPINFYoG5dsxFNj1xqALb
iURylPoqoQLajP0coXyvuOnGmJpmixmJk6rte0O6UycCQQDAvf5Jf/y4v8n1EZlu
jadVQ0LcruWh2CiTvhY3vq/ZpzGADQ4WV4EoDywhdVoU1A3MKuWV0YiW9NaBo16S
hrd3AkEAsOvQj61mueiKDH5FgOcwIoab+ElB/x7YWdtuIcPA0MkQS3OY05XV9YkF
6KcU/y/cOz8ATRql5trpxR5hoyaI5QJBAI48p6e+F9aPUo7UShJX3yEA3hrVxwjE
6Ez/fo3s3wEUbWc+OyMpuFrDt6GJZMzyIKyHC56gXthoHtTUpzoiyMkCQB1//u3X
0uYY97w7z2F11wgUciQOMPqNLIQk+2drWyRghe78t1o99kjM0HI/pwTO7NDhPJN/
s2PBDKcRK9czAr8=
-----END PRIVATE KEY-----
)";
constexpr std::string_view cloud_2048 =
    R"(-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC8/gdOE84IaC/l
0JxCqRTHUPSRx83+sf7oUHDmuFLogEnTYOnasD4j3nrs407WVhfe+eUn6zlRHhI2
IUK8Sxub8jh2IjGBen26tihaRv1JW6mfKE+aoSX9LZMOEfOFbK9S4GFn8YJQcYCa
y+aIFemf4jLGOOhAjWo2wyviamPzpz9yNH+J8gwesijUq96TGfj+sfF/7UQN2vUS
dt3UWuXzXA6G6QSIaDSq+hlIAUIOAnmt1+1eCfnbkkJ2ilgjASFxKNSh8GhvQHGw
N0OaoJg7MU+u6jmP01u6nAfcs4lJNCGtlwaxs3lhyDTrAQp1Z2MGvDKJ+J1yflMF
L0nCW/vnAgMBAAECgf8LcVX/5DMVTzmXMIpFfvdDGiO0r+RJB33nkvdDAOYELcBK
jBOcqg8ZHN9UeG7Ni2jmlzrIr/VIdAmmPV1NCT8isge5H1jf/gqew2iuDp5HUsVy
XX50Xk1uhtPghjW4Xlw/KFa9dGHvfO/Mb4wFsU3z4D4ywj9NqUJFDowZqVdj6SGf
R61eb72aBC1h9F6l0Eg6qsDzNULVQDyiWgztx/Vkj0JxjK6QJJ79gKBszXupd2hK
sLfeZwnpOKE3gq/dDqUmTiADz6mdrkYxuK1KFWCQNw1GtVvYtd7JlD94n9R4gAWB
VTFUcmKvQgPe9S6GFXP/ksXdS8vTjo3pavoGaxECgYEA9n4JSm5y/iC+DDaZb4Q+
Xj3MCjfUknjYGTe9oSIGhzEHTENMPl2DTpNu7NQJQvg3Y7lfaiG5XmVlVJu4gHhC
c5AhUtoQxV9HcKGAXMSGjWgWMVwdeG1+uf1//cp6T8cxyA27R0h6DYIjK4TPo9R8
s4ed0++ioomtlF6vFvwi19ECgYEAxEg2x0sqqkQIR5Oi6T1g5F6kHyeyHEI7gunG
s+7q4AQYb6Gas8qwTz7LTq7xQbvJ8KiI3RlJ4JssQXVoE43wFdFVjQK7rIYsXfYD
WkVp3xvnqtrjTJ0O/Jzp6DVdioTQ7i6m7kXjSKu6gySToL2QOobwmW/n+OL8ATua
0J6rPjcCgYEAvcoroyjJ18wkKMk9ePTtBKk2WsPEJAdx9HDLzK6jMiLZCKpkoTxl
ZvH0HdvhSbRPCbTot5JB5WHTFMNV2209VTerwNxwv1fubNWdPVCAfY6gT98qPdip
E9IRY7ssVBL+zJduFKPEfnQuWkrHidCJN757En1XzyiNA0moLN10gpECgYEAq90v
WcGPUhbPyRyUgPWlaVEVE9KGOggkY7Ser956+jubyeMOum63givRiMvVo2DyqS5o
6G/EKE62qXpL7xNRLUlmR1olSiMRphRLSzeMRDcC2q9eZy7+eGJMzW4swaUZ6/Qd
ZnT7Vh5H6ZyVRyG0sAqHkVJTI7JcRhgSrqi/+HECgYEApcWNZnXAdHz3x760v9HX
YnHJKhPu4Hr2SXsK48yiIgHuu2D71wKBwhIAKIa3VNUi6b/0wR/tkC/66pckfUor
7g9E1s7XXX2eIyzbBXPNhoCtUqiQUU6i5Z5ZFCpdQtr9p/+mir0E0nwuO1JqxKRd
rMwzixk2C22h3dp/KYPWOkI=
-----END PRIVATE KEY-----
)";
constexpr std::string_view premises_1024 =
    R"(-----BEGIN PRIVATE KEY-----
MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAM8yZEnN+i4STBoH
OgZUX+p00oj0ZObK4ktAlihA4Tvq23cRWDLcyrePz9c6dxl5y9CONlAN3AB8ZJeA
RhWPB+VFu9wj1aokZ7egImKFz2UMKGKMwGvHBtSwhrdBHc1fDHgpo8kC540B9b7D
1yFNw4XjaayXzwjlw/PndIyLvOq3AgMBAAECgYBWwJKdFFEb2S1j+IKjA9DlKeS8
0xcsSuZU+8XjNMcZf0xEnk5/fVKjaONtCl2znPtpZyH2gtcKnQrBJEQz4p867q5u
Y7tHLaLlFsXbWf6TTI/JLi/HVaXtI+OGDuSvvVgBAVcWHquHu4HAHzaT814yKcJz
itsQrKOib3033DxtgQJBAPTb2vcXDGZgAZ6u17M5noAOzgWV4+Q2weoZvVBHiMXI
rFCpKMDEP5KCN8+hPXdAlaVoxtVk+CMDer2ppvI0ArsCQQDYn9hnUWWuteKMK99P
ux5dMzOFSpKVN6Q5D0pgF8+NGgQJHjtyVkshcXpn+37Wfc/GsVx0gf2VCODgpycK
pG41AkEA7Kle7vlw+7YJesUFKG4leyJUEGP6ewZN0KWGLASn9nppyiBlikNkKof/
x4fRr+RVfyVRIMnRZ44iYRSLjoekpwJAXQy0URUGv3hDewBxaPcwgMo4jD3PHyeK
dDQcN5Cix7JwH1aMJH3qwc/Ty4ydHBdow6l11FnuCjGJHxbNz2V4LQJADHC/8/Rx
2HNbTxU2aZIN9O/jjZsOD4N90dBa2APJKR6EleY/lOMbVEJq3EOMEw7AcigNdIsx
j1nj7PokWWoLwg==
-----END PRIVATE KEY-----
)";
constexpr std::string_view premises_2048 =
    R"(-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC22dVU/63PqaV0
Z5GQ4K4jQttIn/HEgec0qpZPESQlF9AseQYOzwd5sRr0EgjatElPxyIR72teOm6Y
f4fYKUhTQXpog9fEKHXxBmgAb5GgvjfnlaO8TLNi0ai7Yk0kSOey2LGhYE2JuYBg
/NYlf8OlEOD0GdjkzFbsBmFK6AZUjWIByH5lsCyLF7ZVt2ExhmZprjeQ7+EbOp3L
/Ydr37gR0iLFDNXPriPwA179nJ5o6Y8E09lqwUDJ24M3TzuB/0LPK+dzJjkVeCok
Z6nuipn+6eqAR9imfZqyT/8Sgy3YvhAUdGjfaV2gQcnAh5EA8yo+aTDj4bxn4+hF
TXHSaL9HAgMBAAECggEAImX+fRwQbbWje6+UMeYivF1ydUopqGcrwLuqxTsbSqMd
NZCa9CQ8asdHo8zUv5gVBp4WqbsZvsNNVQEA5Eh347m4tnq/F5bpASvMWvCiO9Qt
HjMHd4ASay+4B3BpxL62X+3mFM7SJ2uvXA+Ulb9gZegz+Zf3Nqu+Wm6k1PurXTJe
O4t3uxLK6vIW5xcUgACCcDtO+xWQPdvFt7iH/ud8GVuyHKae8V5OxG+3+RwEX5uL
pPsV4Vymju2HVvegv1Ibfd1KXRJuoGF/GAzY9h3WfBE7+7+Kr2lAwympKHMlcOu5
2l86m8vCg04nGrW/C5A26TU7GZVzfler8+FqSi+wkQKBgQDnfcfATWR1p9ViapzW
+u23XtEUyylmg9hi8K+opUsWTbeqKrAZsgDYyK18AohvcAd4GLKKYHpPvB5cGVLT
iAJq9GuE1A9ylwhM6vFiXa0ZKcLjGYN3psnwEsVx78TDXkGJssbyAqVriE7Txhrz
STOf2/u9jgpG5YdX7T30Epor+QKBgQDKNbqImHDMl3MLHaocbpjMmFWlXsuJ3Wuq
ZBJjGJFfMyIPnNwG4zM9WdLWEbDr2Y1IrtHJCllhumkyvBWJXb2+wFgaesbhrYxN
Ea3n/VyRF8T1kMMKfyxyh+cm/ruNgYrwm8DBJ9cwArbhxxPwGmSQOy43tG5kLO9R
at13keCVPwKBgQC7HbKOwIAJkmYrLR4lr6Li6+N5OVb3pG8OWprCaQmut5dUFzlN
K9L/aAbDDJEX8qg27U+0BpQXS2oG6/lFPtUlevhF39u0tlxhQC9pYWr/wf/j7cWU
u97TDXlHxZV4jgHPuhCRoo3vw7hj+efi6zKtbvWnnN61u+aQrhW76iVwkQKBgBfG
vYo2Mn08CaDy+f+h2YGlH9z0CobJbFF6ttbEGsPQ5V5kmVKOAIZkO3BEYEM7L2uu
cqhq+RuOqbP3fajLRvZY84MZkK0UlPyy6XnvxqSg4N3nCagAUB+fb0Sciz0WUFn+
Vmnf32Obzhk6KVQAJnb3HnYaVyicR/+Qyz21/2xNAoGBAMXumZ4pvr8dlHPEhU9k
xJ0uaD0f4dnqLnmhaxKsJBizOdtwut/0LlAmEaOSh0zqy7+oRwuGHiYVdzZRVUpO
A4sxpVeAhp7Yaf9qg/4biJTmOxldnDSZXgVnpN7zbVKnGmLmTK2EaaTEzfx3rvYr
LQDOcleu/82jpgL6wc4uQw7F
-----END PRIVATE KEY-----
)";

}  // namespace

const KeyServerKey& key_server_key(KeyServerSite site, int bits, std::string_view host) {
    assert(bits == 1024 || bits == 2048);
    // For each thread, because threads that share an RSA key wait for each other's blinding.
    thread_local std::map<std::tuple<KeyServerSite, int, std::string>, KeyServerKey> made;
    const auto [at, fresh] = made.try_emplace({site, bits, std::string(host)});
    if (fresh) {
        const bool cloud = site == KeyServerSite::cloud;
        KeyServerKey& out = at->second;
        out.key = RsaKey::from_pem(bits == 1024 ? (cloud ? cloud_1024 : premises_1024) : (cloud ? cloud_2048 : premises_2048)).value();
        out.kid = "kms://" + std::string(host) + "/keys/" + Dice(static_cast<std::uint64_t>(bits)).stream(host).uuid();
        out.jwk = out.key.public_jwk(out.kid);
    }
    return at->second;
}

}  // namespace fakes
