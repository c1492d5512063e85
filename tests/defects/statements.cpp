// For every statement the planted defect that breaks just that promise. To add one: a row here; the defect's scenario
// must name the statement in its `covers:`.
#include "tests/defects/defects.hpp"

namespace defects {

std::vector<Broken> broken_statements() {
    return {
        {"SCHED-KEYWORD", "KeywordIsDropped"},
        {"SCHED-BODY-ADDRESS", "LinkIsNotPublished"},
        {"SCHED-WRITEBACK", "JoinDetailsAppearTwice"},
        {"SCHED-LANGUAGE", "EveryLanguageIsEnglish"},
        {"DATA-TITLE", "TitleIsNotUpdated"},
        {"DATA-TIMES", "MovedOccurrenceIsIgnored"},
        {"DATA-INVITEES", "AParticipantIsMissing"},
        {"DATA-AGENDA", "AgendaIsNotPublished"},
        {"LIST-APP", "ServerErrorsAreFinal"},
        {"LIST-DEVICE", "ItemsAreNeverDeleted"},
        {"OBTP", "ButtonIsNeverLit"},
        {"OOO-PRESENCE", "PresenceIsNeverCleared"},
        {"ENC-TRANSIT", "TitleInABody"},
        {"ENC-REST", "RestartForgetsWhatIsListed"},
        {"KMS-CLOUD", "AddedInviteeGetsNoKey"},
        {"RETENTION", "WindowEndsADayEarly"},
        {"O365-MAILBOX-SCOPE", "ClosedMailboxLooksOpen"},
        {"G-SERVICE-ACCOUNT", "AssertionsAreForTheServiceItself"},
        {"G-ACTIVATION", "ActivationIsNotReported"},
        {"G-ERROR-STATE", "ErrorStateIsNotReported"},
        {"G-ACTIVATED-ONLY", "EverybodyIsTakenForActivated"},
        {"OP-M-EVENT-GET", "SingleEventsAreNotReadOnGraph"},
        {"OP-M-INSTANCES", "InstancesAreNotAskedOfGraph"},
        {"OP-M-EVENT-LIST", "EventsOfGraphAreNotListed"},
        {"OP-M-SUBSCRIBE", "NobodySubscribesToGraph"},
        {"OP-M-SETTINGS", "SettingsAreNotRead"},
        {"OP-M-UNSUBSCRIBE", "SubscriptionOutlivesTheActivation"},
        {"OP-M-EVENT-PATCH", "EventsOfGraphAreNotWritten"},
        {"OP-G-EVENT-LIST", "EventsOfGoogleAreNotListed"},
        {"OP-G-INSTANCES", "InstancesAreNotAskedOfGoogle"},
        {"OP-G-EVENT-GET", "SingleEventsAreNotReadOnGoogle"},
        {"OP-G-EVENT-PATCH", "EventsOfGoogleAreNotWritten"},
        {"OP-G-WATCH", "NobodyWatchesGoogle"},
        {"OP-G-STOP", "ChannelOutlivesTheActivation"},
        {"OP-G-SETTING", "LocaleIsNotRead"},
        {"OP-G-VACATION", "VacationIsNotRead"},
        {"OP-G-ACL-ADD", "RoomsAreNotShared"},
        {"OP-G-ACL-DELETE", "RulesOutliveTheActivation"},
        {"OP-G-FREEBUSY", "BusyTimesAreNotAsked"},
        {"OP-G-EVENT-ADD", "BookingsAreNotMade"},
        {"OP-G-EVENT-DELETE", "ReleasedBookingStays"},
        {"OP-G-QUICK-ADD", "SpokenBookingsAreNotMade"},
    };
}

}  // namespace defects
