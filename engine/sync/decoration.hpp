#pragma once
// Adds join details to an organizer's event, exactly once (SCHED-KEYWORD, SCHED-WRITEBACK, SCHED-LANGUAGE).
#include <span>

#include "engine/sync/places.hpp"
#include "engine/sync/publishing.hpp"

namespace engine::sync {

class Decoration {
  public:
    Decoration(Ports& ports, const Config& config, People& people, CalendarProvider& provider, Cloud& cloud,
               const OrganisationSettings& organisation, Records& records, Places& places)
        : ports_(ports),
          config_(config),
          people_(people),
          provider_(provider),
          cloud_(cloud),
          organisation_(organisation),
          records_(records),
          places_(places) {}

    enum class Asked { no, yes, later };
    /// Whether the event's own text asks for join details; `occurrences` may be empty when the end is known without.
    Asked asked_for(const Mailbox& mailbox, const ProviderEvent& event,
                   std::span<const ProviderEvent> occurrences) const;
    /// Writes them. Gives the event as it is afterwards; unchanged where the wish turned out not to hold.
    Task<Outcome<ProviderEvent>> decorate(Mailbox& mailbox, ProviderEvent event);

    /// Whether join details of ours are to go, because the keyword that asked for them is gone.
    bool to_be_removed(const Mailbox& mailbox, const ProviderEvent& event) const;
    Task<Outcome<ProviderEvent>> remove_details(Mailbox& mailbox, ProviderEvent event);

    /// Whether details of ours no longer serve: the cloud does not know their meeting any more; people wrote the text anew
    /// without them; or, with that policy, another keyword stands in place of theirs.
    bool is_outdated(const Mailbox& mailbox, const ProviderEvent& event) const;
    /// The event as people wrote it. Only decorate() may make it true.
    static ProviderEvent without_details(ProviderEvent event);

  private:
    /// Wanted first, and what it falls back to.
    using Languages = std::pair<std::string, std::string>;
    Languages languages(const Mailbox& mailbox) const;
    Task<Failure> tell_space_limit(Mailbox& mailbox, const ProviderEvent& event);
    Task<Outcome<std::optional<JoinRecord>>> place_for(Mailbox& mailbox, const ProviderEvent& event);

    Ports& ports_;
    const Config& config_;
    People& people_;
    CalendarProvider& provider_;
    Cloud& cloud_;
    const OrganisationSettings& organisation_;
    Records& records_;
    Places& places_;
    std::set<std::string> told_;  // notices of this life; the cloud knows those of earlier ones
};

}  // namespace engine::sync
