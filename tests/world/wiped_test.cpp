// Keys are wiped from the memory that the engine gives back. A program of its own: it replaces operator delete.
#include <gtest/gtest.h>
#include <malloc.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <map>
#include <new>
#include <nlohmann/json.hpp>

#include "engine/meeting/jwe.hpp"
#include "fakes/cloud/jwe_reader.hpp"
#include "fakes/cloud/kms.hpp"
#include "tests/world/cases.hpp"

#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif

namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t keys_max = 512;

/// What must not be in memory given back: a key's octets, and the letters in which it travelled.
struct Watch {
    bool on = false;
    int within_fakes = 0;  // what is not ours may leave keys behind
    std::size_t count = 0;
    std::array<std::array<unsigned char, key_bytes>, 2 * keys_max> needles{};
    std::array<bool, 65'536> begins{};  // by a needle's first two bytes
    std::size_t bytes = 0, left_behind = 0;

    void add(const void* text) {
        if (count == needles.size()) std::abort();
        std::memcpy(needles[count].data(), text, key_bytes);
        begins[static_cast<std::size_t>(needles[count][0]) << 8 | needles[count][1]] = true;
        ++count;
    }
    void look_at(const unsigned char* block, std::size_t size) {
        bytes += size;
        for (std::size_t i = 0; i + key_bytes <= size; ++i) {
            if (!begins[static_cast<std::size_t>(block[i]) << 8 | block[i + 1]]) continue;
            for (std::size_t k = 0; k < count; ++k)
                if (std::memcmp(block + i, needles[k].data(), key_bytes) == 0) ++left_behind;
        }
    }
};
Watch watch;

void give_back(void* block) noexcept {
    if (block == nullptr) return;
    const std::size_t size = ::malloc_usable_size(block);
#if __has_feature(address_sanitizer)
    __asan_unpoison_memory_region(block, size);  // Abseil's B-trees give back nodes whose unused places they have marked
#endif
    if (watch.on && watch.within_fakes == 0) watch.look_at(static_cast<const unsigned char*>(block), size);
    // Whoever gets it next must not be blamed for what lies in it.
    if (watch.on) std::memset(block, 0, size);
    std::free(block);
}

void* take(std::size_t size) {
    void* block = std::malloc(size == 0 ? 1 : size);
    if (block == nullptr) throw std::bad_alloc();
    if (watch.on) std::memset(block, 0, ::malloc_usable_size(block));
    return block;
}

}  // namespace

void* operator new(std::size_t size) { return take(size); }
void* operator new[](std::size_t size) { return take(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return take(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return take(size); }
void operator delete(void* block) noexcept { give_back(block); }
void operator delete[](void* block) noexcept { give_back(block); }
void operator delete(void* block, std::size_t) noexcept { give_back(block); }
void operator delete[](void* block, std::size_t) noexcept { give_back(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { give_back(block); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { give_back(block); }

namespace {

class Quiet final : public fakes::Server {
  public:
    explicit Quiet(fakes::Server& real) : real_(real) {}
    void request(fakes::ExchangeId id, const fakes::Request& request, fakes::Instant now, fakes::Effects& effects) override {
        const Inside inside;
        real_.request(id, request, now, effects);
    }
    void answered(fakes::OutgoingId id, const fakes::Reply* reply, fakes::Instant now, fakes::Effects& effects) override {
        const Inside inside;
        real_.answered(id, reply, now, effects);
    }
    void wake(fakes::Instant now, fakes::Effects& effects) override {
        const Inside inside;
        real_.wake(now, effects);
    }
    std::optional<fakes::Instant> next_wake() const override { return real_.next_wake(); }

    struct Inside {
        Inside() { ++watch.within_fakes; }
        ~Inside() { --watch.within_fakes; }
        Inside(const Inside&) = delete;
        Inside& operator=(const Inside&) = delete;
    };

  private:
    fakes::Server& real_;
};

/// The keys that the key server gives out are watched from then on.
void watch_reply(const nlohmann::json& reply) {
    if (!reply.contains("keys")) return;
    for (const nlohmann::json& key : reply["keys"]) {
        const std::string letters = key["jwk"]["k"].get<std::string>();
        watch.add(letters.data());
        watch.add(fakes::base64url_decode(letters)->data());
    }
}

/// Plays the scenario while every block that anyone but a fake gives back is looked at.
std::size_t left_behind_by(const std::string& name) {
    sim::Loaded loaded = cases::load(cases::scenario_folder() + "/" + name);
    EXPECT_TRUE(loaded.scenario);
    // A device that forgets its keys by somebody's hand is a fake's business.
    std::erase_if(loaded.scenario->story, [](const sim::Step& step) { return std::holds_alternative<sim::DevicePower>(step.act); });
    sim::WorldSettings settings;
    settings.transport = sim::Transport::direct;
    settings.keep_journal = false;  // the judge keeps keys, too
    settings.doubles.server = [](fakes::Server& real, const std::string&) -> std::unique_ptr<fakes::Server> {
        if (auto* keys = dynamic_cast<fakes::KeyServer*>(&real)) {
            fakes::KeyServer::Between between;
            between.after = [](const nlohmann::json&, nlohmann::json& reply) { watch_reply(reply); };
            keys->stand_between(std::move(between));
        }
        return std::make_unique<Quiet>(real);
    };
    // The last of the engine goes with its world, and so do the fakes, who may leave behind what they like.
    settings.doubles.store = [](engine::Store& real) -> std::unique_ptr<engine::Store> {
        class Passing final : public engine::Store {
          public:
            explicit Passing(engine::Store& real) : real_(real) {}
            ~Passing() override { watch.on = false; }
            std::optional<std::string> get(std::string_view key) const override { return real_.get(key); }
            void put(std::string_view key, std::string_view value) override { real_.put(key, value); }
            void erase(std::string_view key) override { real_.erase(key); }
            void scan(std::string_view prefix, const std::function<void(std::string_view, std::string_view)>& visit) const override {
                real_.scan(prefix, visit);
            }

          private:
            engine::Store& real_;
        };
        watch.on = true;
        return std::make_unique<Passing>(real);
    };
    watch = Watch{};
    const sim::Played played = sim::play(*loaded.scenario, sim::Provider::google, settings);
    watch.on = false;
    EXPECT_EQ(played.complaints, std::vector<std::string>{});
    EXPECT_GE(watch.count, 32u) << "keys were made";
    EXPECT_GT(watch.bytes, 300'000u) << "memory was looked at";
    return watch.left_behind;
}

TEST(Wiped, NothingTheEngineGivesBackHoldsAKey) {
    EXPECT_EQ(left_behind_by("security/revoked_key_is_replaced.yaml"), 0u);
    // A restart reads keys from the store; a device's own key is fetched for a booking.
    EXPECT_EQ(left_behind_by("security/key_is_renewed_by_policy.yaml"), 0u);
    EXPECT_EQ(left_behind_by("devices/room_is_booked_at_its_board.yaml"), 0u);
}

TEST(Wiped, AKeyLeftBehindIsSeen) {
    watch = Watch{};
    const std::optional<engine::meeting::Secret> secret = engine::meeting::Secret::from_base64url("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA");
    ASSERT_TRUE(secret);
    watch.add(secret->bytes().data());
    watch.on = true;
    { const auto kept = std::make_unique<engine::meeting::Secret>(*secret); }
    EXPECT_EQ(watch.left_behind, 0u) << "a Secret wipes itself";
    { const std::string copy(reinterpret_cast<const char*>(secret->bytes().data()), key_bytes); }
    watch.on = false;
    EXPECT_EQ(watch.left_behind, 1u) << "a string does not";
}

}  // namespace
