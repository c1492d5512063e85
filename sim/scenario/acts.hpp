#pragma once
// One reader per act of the vocabulary: keys to values, and the checks that need no playing.
#include "sim/scenario/reading.hpp"

namespace sim {

void read_creates(ActReading& reading);
void read_moves(ActReading& reading);
void read_changes(ActReading& reading);
void read_cancels(ActReading& reading);
void read_removes(ActReading& reading);
void read_accepts(ActReading& reading);
void read_declines(ActReading& reading);
void read_tentatively_accepts(ActReading& reading);
void read_invites(ActReading& reading);
void read_uninvites(ActReading& reading);
void read_automatic_replies(ActReading& reading);
void read_language(ActReading& reading);
void read_is(ActReading& reading);
void read_is_no_longer(ActReading& reading);
void read_shares(ActReading& reading);
void read_stops_sharing(ActReading& reading);

void read_activates(ActReading& reading);
void read_deactivates(ActReading& reading);
void read_blocks(ActReading& reading);
void read_unblocks(ActReading& reading);
void read_provisions(ActReading& reading);
void read_tests_mailbox(ActReading& reading);
void read_deprovisions(ActReading& reading);
void read_grants(ActReading& reading);
void read_withdraws_consent(ActReading& reading);
void read_verifies_domain(ActReading& reading);
void read_signs_in(ActReading& reading);
void read_provider_expires(ActReading& reading);
void read_provider_drops(ActReading& reading);
void read_clock_jumps(ActReading& reading);
void read_restarts(ActReading& reading);
void read_network(ActReading& reading);
void read_kms_slow(ActReading& reading);
void read_kms_refuses(ActReading& reading);
void read_kms_revokes(ActReading& reading);
void read_kms_renews(ActReading& reading);
void read_kms_moves(ActReading& reading);

// acts_device.cpp: `actor` is whose device it is
void read_device_books(ActReading& reading);
void read_device_extends(ActReading& reading);
void read_device_releases(ActReading& reading);
void read_device_checks_in(ActReading& reading);
void read_device_joins(ActReading& reading);
void read_device_accepts(ActReading& reading);
void read_device_declines(ActReading& reading);
void read_device_tentatively_accepts(ActReading& reading);
void read_device_senses(ActReading& reading);
void read_device_signs_in(ActReading& reading);
void read_device_signs_out(ActReading& reading);
void read_device_goes_offline(ActReading& reading);
void read_device_comes_back(ActReading& reading);
void read_device_reboots(ActReading& reading);

}  // namespace sim
