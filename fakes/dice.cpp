#include "fakes/dice.hpp"

namespace fakes {

std::string Dice::uuid() {
    static constexpr std::string_view hex = "0123456789abcdef";
    std::string out = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    for (char& c : out) {
        if (c == 'x') c = hex[below(16)];
        if (c == 'y') c = hex[8 + below(4)];
    }
    return out;
}

std::string Dice::text(std::size_t length, std::string_view alphabet) {
    std::string out(length, ' ');
    for (char& c : out) c = alphabet[below(alphabet.size())];
    return out;
}

}  // namespace fakes
