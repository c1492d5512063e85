#pragma once
// Every limit and pace of the meeting cloud's side in one place. Values from the published client code unless marked
// "ours" (nothing is published).
#include <chrono>
#include <cstddef>

namespace fakes::cloud_limits {

using namespace std::chrono_literals;

inline constexpr std::size_t body_bytes_max = 2u << 20;          // ours: 1500 participants fit
inline constexpr std::size_t id_bytes_max = 1024;                // ours
inline constexpr std::size_t participants_max = 1500;            // Webex known issues: more are not processed
inline constexpr std::size_t items_per_user_max = 20'000;        // ours
inline constexpr int duration_minutes_max = 60 * 24 * 366;       // ours
inline constexpr std::size_t users_page_size = 500;              // ours
// Ours: what is larger is left out of lists and pushes, which name its address instead (participantsUrl, notesUrl).
inline constexpr std::size_t listed_notes_bytes_max = 4u << 10;
inline constexpr std::size_t listed_participants_bytes_max = 8u << 10;
inline constexpr std::size_t conversation_members_max = 1500;    // Webex known issues: space scheduling
inline constexpr std::size_t notice_bytes_max = 4'096;             // ours
inline constexpr std::chrono::seconds presence_ttl_max = 24h * 31;  // ours

// The message socket reconnects with 1 s .. 32 s back-off (client code of the Mercury plug-in).
inline constexpr std::chrono::milliseconds socket_retry_first = 1s;
inline constexpr std::chrono::milliseconds socket_retry_max = 32s;
inline constexpr std::chrono::milliseconds hook_retry_first = 5s;  // ours
inline constexpr std::chrono::milliseconds hook_retry_max = 5min;  // ours

// Key server: the client waits 6 s, doubled, and stops doubling at 96 s; at most 50 messages in one request.
inline constexpr std::chrono::milliseconds key_retry_first = 6s;
inline constexpr std::chrono::milliseconds key_retry_max = 96s;
inline constexpr std::chrono::milliseconds refused_key_pause = 5min;  // ours: an edge asks again for a refused key
inline constexpr std::size_t key_batch_max = 50;
inline constexpr std::chrono::milliseconds key_handshake_anew = 32s;   // no answer for so long: a new handshake, then
inline constexpr std::chrono::hours key_channel_life = 1h;             // an ephemeral key, on both sides
inline constexpr std::chrono::seconds key_channel_margin = 30s;        // clients drop it this long before
inline constexpr std::size_t key_channels_per_user_max = 64;           // ours: apps, devices and restarts of one user
inline constexpr std::size_t keys_per_notice_max = 200;           // ours: named in one notice of changed keys
inline constexpr std::size_t keys_per_create_max = 100;           // ours
inline constexpr std::size_t users_per_message_max = 2000;        // ours
inline constexpr std::chrono::hours key_life = 24h * 365;         // one year in published examples

inline constexpr std::size_t replayed_pushes_max = 10'000;         // ours: kept while a list is on its way

// What an app or device asks for: wider than what the service keeps (7 days back, 31 ahead), so that nothing is hidden.
inline constexpr std::chrono::hours list_back = 24h * 31;
inline constexpr std::chrono::hours list_ahead = 24h * 93;

// Booking at a device (RoomOS: BookingTimeout 60 s, Duration 1..1440 minutes).
inline constexpr std::chrono::seconds booking_timeout = 60s;
inline constexpr int booking_minutes_max = 1440;
inline constexpr std::chrono::minutes answer_kept = 10min;         // ours: a device that missed the push finds it in its list
inline constexpr std::size_t requests_per_user_max = 50;           // ours: waiting or just answered

inline constexpr std::size_t jwe_bytes_max = 1u << 20;            // ours: one compact token
inline constexpr int rsa_bits_max = 8192;                         // ours: bounds the work of a forged key

}  // namespace fakes::cloud_limits
