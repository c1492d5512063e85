#pragma once
// Brings a user's meeting list in the cloud in line with one event of their calendar: seals what changed, deletes what
// left (RETENTION, LIST-*, ENC-TRANSIT). Without a key nothing is written.
#include <functional>
#include <span>
#include <vector>

#include "engine/sync/cloud.hpp"
#include "engine/sync/translate.hpp"

namespace engine::sync {

class Records;

class Publishing {
  public:
    /// `look_again`: another user's mailbox whose copy of `uid` lacks what is known now.
    using LookAgain = std::function<void(const std::string& user_id, const std::string& uid)>;
    Publishing(Ports& ports, const Config& config, People& people, Cloud& cloud, SeriesBook& series, Records& records,
               LookAgain look_again)
        : ports_(ports),
          config_(config),
          people_(people),
          cloud_(cloud),
          series_(series),
          records_(records),
          look_again_(std::move(look_again)) {}

    /// `master` with all its occurrences in the window and the day after it; a single event with itself.
    /// `changes` counts what was written and deleted beyond the window's own movement.
    Task<Failure> publish(Mailbox& mailbox, const ProviderEvent& master, std::span<const ProviderEvent> occurrences,
                          int& changes);
    /// Whether this very state of a single event is what the list shows: then there is nothing to read or to write.
    bool is_settled(const Mailbox& mailbox, const std::string& source_id, std::string_view etag) const;
    /// The event is to be looked at again although it did not change.
    void unsettle(Mailbox& mailbox, const std::string& source_id);
    /// The event is gone, or none of the owner's business any more.
    Task<Failure> remove(Mailbox& mailbox, const std::string& source_id, int& changes);
    /// Deletes what left the window, asks for what enters it, and sets the window timer's next time.
    Task<Failure> sweep(Mailbox& mailbox);

    /// The next instant at which something of this source enters or leaves.
    std::optional<Instant> next_change(const Source& source, Instant now) const;

  private:
    struct Wanted;
    std::vector<Wanted> wanted(Mailbox& mailbox, const ProviderEvent& master,
                               std::span<const ProviderEvent> occurrences, std::optional<Instant>& enters);
    void note_before(Mailbox& mailbox, const std::string& source_id, Source& source, const std::vector<const Wanted*>& writes);
    void share_knowledge(Mailbox& mailbox, const ProviderEvent& master, const meeting::Meeting& sample, bool lacks);
    Task<Failure> drop_items(Mailbox& mailbox, const std::string& source_id, const std::vector<Instant>& slots);
    Task<Failure> forget_if_empty(Mailbox& mailbox, const std::string& source_id, Leaving why);
    void touched(Mailbox& mailbox, const std::string& source_id, Instant start);
    /// One number for all that a list item is made of: the event's state, the mailbox's zone, the directory.
    std::uint64_t mark(const Mailbox& mailbox, std::string_view etag) const;

    Ports& ports_;
    const Config& config_;
    People& people_;
    Cloud& cloud_;
    SeriesBook& series_;
    Records& records_;
    LookAgain look_again_;
};

}  // namespace engine::sync
