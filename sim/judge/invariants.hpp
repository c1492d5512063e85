#pragma once
// What holds in every scenario without being named. Each is one function of the journal.
#include "sim/judge/claims.hpp"

namespace sim {

std::vector<reports::Finding> check_leaks(const Trial& trial);
std::vector<reports::Finding> check_operations(const Trial& trial);
std::vector<reports::Finding> check_activated(const Trial& trial);
/// Whether an exchange to this actor is one with the calendar provider.
bool is_calendar(const std::string& to);
std::vector<reports::Finding> check_crowds(const Trial& trial);
std::vector<reports::Finding> check_echo(const Trial& trial);
std::vector<reports::Finding> check_refusals(const Trial& trial);
std::vector<reports::Finding> check_acts(const Trial& trial);
std::vector<reports::Finding> check_converged(const Trial& trial);
std::vector<reports::Finding> check_key_holders(const Trial& trial);
/// Keys are with the key server of the organisation: its own where it has one (KMS-HDS), else the cloud's.
std::vector<reports::Finding> check_key_places(const Trial& trial);
/// No key in use is revoked or past its time.
std::vector<reports::Finding> check_key_standing(const Trial& trial);
std::vector<reports::Finding> check_nonces(const Trial& trial);
std::vector<reports::Finding> check_recording(const Trial& trial);

/// The text of the first member of that name in a body the engine sent, whose form the cloud has checked; empty: none.
std::string wire_member(const std::string& body, std::string_view name);
/// A finding about the whole run, without a place in the file.
reports::Finding general_finding(const Trial& trial, const char* rule, const char* requirement, std::string title);
/// A finding that points at the author's text, with the caret run rendered.
reports::Finding placed_finding(const Trial& trial, const std::string& rule, std::string title, const Place& place,
                                const std::string& label);

}  // namespace sim
