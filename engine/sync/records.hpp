#pragma once
// What survives a restart, in the Store: keys hold user ids and blinded ids only, values are sealed (ENC-REST).
//   m/{user id}                       the mailbox: activation, subscription, sync token, presence
//   s/{user id}/{blinded event id}    one source with its published items
//   o/standing                        the organisation: tenant, region, permissions
//   o/consents                        consents asked for and not answered yet
//   p/{user id}/{blinded event id}    the one-time meeting or space that was made for an event
//   k/{blinded uid}                   one series: key, readers, what the organizer's copy says
#include <functional>
#include <string>

#include "engine/meeting/store_seal.hpp"
#include "engine/sync/mailbox.hpp"
#include "engine/sync/series.hpp"

namespace engine::sync {

class Places;
struct Place;

class Records {
  public:
    Records(Ports& ports, const Config& config) : ports_(ports), seal_(config.store_key) {}

    /// Nothing is written any more: what unwinds while the engine stops must not reach the store.
    void close() { closed_ = true; }

    void save_mailbox(const Mailbox& mailbox);
    void erase_mailbox(const Mailbox& mailbox);
    void save_source(const Mailbox& mailbox, const std::string& source_id, const Source& source);
    void erase_source(const Mailbox& mailbox, const std::string& source_id);
    void save_place(const Mailbox& mailbox, const std::string& source_id, const Place& place);
    void erase_place(const Mailbox& mailbox, const std::string& source_id);
    /// How the organisation stands with the service; empty: it does not.
    void save_standing(const std::string& record);
    std::optional<std::string> load_standing();
    /// Consents that were asked for and not answered yet.
    void save_consents(const std::string& record);
    std::optional<std::string> load_consents();
    void save_series(const std::string& uid, const Series& series);
    void erase_series(const std::string& uid);

    /// Fills mailboxes (made by `add`) and series from the store. What does not open is left out, logged and counted.
    int load(const std::function<Mailbox&(const std::string& user_id)>& add, People& people, SeriesBook& series, Places& places);

    const meeting::Secret& digest_key() const { return seal_.digest_key(); }
    std::string blind(std::string_view text) const { return seal_.blind(text); }

  private:
    std::optional<std::string> opened(const std::string& key);
    std::string key_of(const char* prefix, const Mailbox& mailbox, const std::string& source_id) const;
    void put(const std::string& key, const std::string& plain);
    void erase(const std::string& key);

    Ports& ports_;
    meeting::StoreSeal seal_;
    bool closed_ = false;
};

}  // namespace engine::sync
