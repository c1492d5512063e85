#pragma once
// Keys in use do not stand for ever: the key server's administrator revokes or retires one, policy wants a new one. What
// they sealed is then sealed anew (facts/webex.md 9.3, 9.4).
#include <functional>
#include <set>
#include <string>

#include "engine/sync/agenda.hpp"
#include "engine/sync/series.hpp"

namespace engine::sync {

class KeyWatch {
  public:
    /// `calls`: what is to be sealed anew; the renewal is looked after here.
    KeyWatch(Ports& ports, Agenda& agenda, Keys& keys, SeriesBook& series, SeriesBook::Calls calls);

    /// Something happened to these keys, whoever says so: their server is asked what.
    void told(const std::set<std::string>& key_uris);
    /// After a start.
    void resume();

  private:
    void look();
    Task<void> run();
    Task<Failure> ask();

    Ports& ports_;
    Agenda& agenda_;
    Keys& keys_;
    SeriesBook& series_;
    Agenda::Call renewal_, retry_;
    bool running_ = false, again_ = false;
    std::set<std::string> told_meanwhile_;  // while an answer was under way
};

}  // namespace engine::sync
