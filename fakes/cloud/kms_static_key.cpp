#include "fakes/cloud/kms_static_key.hpp"

#include <cassert>
#include <map>
#include <tuple>

#include "fakes/dice.hpp"

namespace fakes {
namespace {

constexpr std::string_view cloud_640 =
    R"(-----BEGIN PRIVATE KEY-----
MIIBngIBADANBgkqhkiG9w0BAQEFAASCAYgwggGEAgEAAlEA8HLWFRpJlWwDWyaI
/XDyeIndjk8afxvWAgu22oGDJ50WebM3qTh3j4OHVlltVmM4fEpqLMlEetc/5VJm
BGxG56RRwORGRZ31F5RC5g1ApskCAwEAAQJQS9YMS2+VEbmVfWQ0BKtg7j+dT0sH
sltXLiH/s/7xHMdg1VV/ErIqks54zq9LQN3NScxsO2o9BoXuPdIve1rbjJmkfN6Y
VZSJuwU36sTGEQECKQD/klsxaZUaXCIPZ+7FguNuSLgHMa2Ux/eQ1jXZZbdo8pLJ
z+drnMCRAikA8Nn99D7nffD9sU+Tqgh5bR4RuCCtaM+4Wmk08+Ah2faPZ816+CCe
uQIpAKJFv3lkXLPcBBRcHZNzRAzmR1LqDBkHzv07xf0/RHFydBmH1JzTbsECKQCr
izg7vIn4w6qNnZYY5wxFUcNhF7UrD7fIfWJ/yMWTju85Cbtp+yHRAikArReygC+W
wOro92XFhJW3BmQWc4kaZA4RpDvaqGtUTpr8bBOx1S0r7A==
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
constexpr std::string_view premises_640 =
    R"(-----BEGIN PRIVATE KEY-----
MIIBngIBADANBgkqhkiG9w0BAQEFAASCAYgwggGEAgEAAlEA0pumJdIKE7+/qRVP
LUEHIak/YHFAhnT59HNoEgT3VRZ/uQ1wgePwGxE02geBJ8lFKAyU/B+FpU66NDNx
iYAkWA0k8LsrbL/JEvL39L37Y20CAwEAAQJQAfrEjQZ0YcsjmgtBO0OpNX/JwLZP
zPO8hbev+rthN8OGX87oh9AEqbgXByMvu2A4zfdOjr+sL+oOsfda+l01S9Qzm427
DrAYlwPafVg4rmECKQD6dwAZipYed57K/Jcd3j2H5/hCZNwD1DrytybKA5XRmjNY
Z5j7PvZLAikA10MozS+vm8RQsMEZRkCDGoQYLinimmBOWdT0m0qTIFp2sTYYI/ja
JwIpAKFcdVX/MQPj8Qu5e+okOeQLEKhFrnFRE8E3OehAMw9cluPHqomDYM0CKQDT
W2HIdbXbH5qKsk56qAUSF/kV+pJAOac0lN/HSiXDco9v2ElDqKepAikApYj1kQsg
HlRMa1LNXYUbOgEK8tFiMKDI26Cukh/GQalanotNQw+qJA==
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
    assert(bits == 640 || bits == 2048);
    // For each thread, because threads that share an RSA key wait for each other's blinding.
    thread_local std::map<std::tuple<KeyServerSite, int, std::string>, KeyServerKey> made;
    const auto [at, fresh] = made.try_emplace({site, bits, std::string(host)});
    if (fresh) {
        const bool cloud = site == KeyServerSite::cloud;
        KeyServerKey& out = at->second;
        out.key = RsaKey::from_pem(bits == 640 ? (cloud ? cloud_640 : premises_640) : (cloud ? cloud_2048 : premises_2048)).value();
        out.kid = "kms://" + std::string(host) + "/keys/" + Dice(static_cast<std::uint64_t>(bits)).stream(host).uuid();
        out.jwk = out.key.public_jwk(out.kid);
    }
    return at->second;
}

}  // namespace fakes
