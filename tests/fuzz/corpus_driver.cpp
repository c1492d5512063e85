// Stands in for libFuzzer where it is not asked for: each seed as it is, cut at each of some lengths, and with single bytes
// changed; always the same inputs, so a failure is met again.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void play(const std::string& input) { LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size()); }

}  // namespace

int main(int count, char** arguments) {
    std::vector<std::filesystem::path> seeds;
    for (int i = 1; i < count; ++i)
        for (const auto& entry : std::filesystem::directory_iterator(arguments[i])) seeds.push_back(entry.path());
    std::sort(seeds.begin(), seeds.end());
    if (seeds.empty()) {
        std::fputs("no corpus\n", stderr);
        return 1;
    }
    std::size_t inputs = 0;
    for (const std::filesystem::path& seed : seeds) {
        std::ifstream file(seed, std::ios::binary);
        const std::string whole((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        play(whole);
        const std::size_t step = std::max<std::size_t>(1, whole.size() / 4);
        for (std::size_t at = 0; at < whole.size(); at += step) {
            play(whole.substr(0, at));
            for (const char byte : {'\0', '"', '%', static_cast<char>(0xFF)}) {
                std::string changed = whole;
                changed[at] = byte;
                play(changed);
            }
            std::string doubled = whole;
            doubled.insert(at, whole.substr(at, step));
            play(doubled);
            inputs += 6;
        }
    }
    std::printf("%zu seeds, %zu inputs\n", seeds.size(), seeds.size() + inputs);
    return 0;
}
