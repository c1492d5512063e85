#pragma once
// Who is in the organisation and who is activated: read from the meeting cloud at the start, when it says that
// something changed, and daily.
#include <functional>

#include "engine/sync/cloud.hpp"
#include "engine/sync/mailbox.hpp"

namespace engine::sync {

class Directory {
  public:
    struct Changes {
        std::function<Mailbox&(const std::string& user_id)> add;
        std::function<void(Mailbox&)> work;  // there is something to do for this mailbox
    };
    Directory(Ports& ports, Agenda& agenda, Cloud& cloud, People& people, OrganisationSettings& organisation,
              Changes changes);

    /// Soon; once more when it is being read right now.
    void refresh();
    bool known() const { return known_; }
    /// The service is not provisioned: the directory is not read, whoever asks. Open unless said.
    void close();
    void open();
    /// Everybody whom the service works for is to be deactivated.
    void let_everybody_go();

  private:
    Task<void> run();
    Task<Failure> read();
    void apply(const std::map<std::string, DirectoryEntry>& entries);

    Ports& ports_;
    Agenda& agenda_;
    Cloud& cloud_;
    People& people_;
    OrganisationSettings& organisation_;
    Changes changes_;
    Agenda::Call timer_;
    bool running_ = false, again_ = false, known_ = false, closed_ = false;
    int failures_ = 0;
};

}  // namespace engine::sync
