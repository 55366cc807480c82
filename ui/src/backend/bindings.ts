// Generated from src-tauri/app by `cargo xtask bindings`. Do not edit.

export type AddPin = { connection: number, feedback: string, 
/**
 * `comment`, `input`, `output` or `message:N`.
 */
place: string, 
/**
 * JSON pointer to the value in that place; empty: the whole of it.
 */
pointer: string, 
/**
 * In UTF-16 units.
 */
start?: number, end?: number, 
/**
 * What stands there.
 */
quote: string, note?: string, };

export type AgentRateView = { agent: string, positive: number, negative: number, rate: RateView | null, };

export type AgentView = { id: string, name: string, description: string | null, feedback: number, };

export type AlikeRowsView = { rows: Array<FeedbackRowView>, 
/**
 * How many there are.
 */
total: number, };

export type AlikeView = { 
/**
 * How many there are within mailbox and filter, the row itself included; two or more.
 */
count: number, 
/**
 * How many known users are behind them; `null` for a large group, where nobody counted.
 */
users: number | null, why: WhyAlikeView, };

export type AnnotationView = "resolved" | "incorrect" | "correct";

export type BodyView = { "kind": "empty" } | { "kind": "text", text: string, } | { "kind": "fields", fields: Array<FieldView>, } | { "kind": "messages", messages: Array<MessageView>, variables: Array<FieldView>, } | { "kind": "value", value: ValueView, };

export type BucketView = "day" | "week" | "month";

export type CancelSync = { connection: number, };

export type ClearUserToken = { connection: number, };

export type CompleteFilter = { connection: number, text: string, caret: number, };

export type Connect = { name: string, url: string, tenant?: string, key: string, allow_plain_http?: boolean, 
/**
 * Absent: all, also those that come later.
 */
agents?: Array<string>, 
/**
 * `false`: only add it.
 */
sync?: boolean, };

export type ConnectionKind = "server" | "demo" | "collector";

export type ConnectionTestView = { 
/**
 * The tenant's slug, for the form.
 */
tenant: string, 
/**
 * The tenant's name, to propose as the connection's.
 */
name: string, agents: Array<AgentView>, feedback: number, };

export type ConnectionView = { id: number, name: string, url: string, tenant: string, kind: ConnectionKind, key: KeyState, 
/**
 * `null`: all agents of the tenant.
 */
agents: Array<string> | null, 
/**
 * Where people read the server's pages; `null`: where its runs say.
 */
pages_url: string | null, sync: SyncView, decisions: DecisionsView, };

export type CountFeedback = { connection: number, mailbox: Mailbox, filter: FilterView, };

export type CountMailboxes = { connection: number, };

export type Decide = { connection: number, what: DecideWhat, kind: DecisionKindView, 
/**
 * Any words; they go to the server along with the decision.
 */
note?: string, 
/**
 * One of `list_reasons`, or any other. Kept here.
 */
reason?: string, 
/**
 * Of `duplicate`, and of nothing else: what it is a duplicate of. If that is among what is decided on, it is left
 * out.
 */
duplicate_of?: string, 
/**
 * Of `snoozed`, and of nothing else.
 */
snooze?: SnoozeRequest, };

export type DecideWhat = { feedback: Array<string>, } | { alike: string, mailbox: Mailbox, filter: FilterView, } | { mailbox: Mailbox, filter: FilterView, };

export type DecisionActView = "resolved" | "incorrect" | "correct" | "duplicate" | "snoozed" | "note" | "undo" | "woke" | "unknown";

export type DecisionKindView = "resolved" | "incorrect" | "correct" | "duplicate" | "snoozed";

export type DecisionPushView = { state: PushStateView, text: string, sent_at_ms: number | null, };

export type DecisionView = { id: number, 
/**
 * The same for all events made at once.
 */
step: number, feedback: string, act: DecisionActView, undoes: number | null, note: string | null, reason: string | null, 
/**
 * Of `duplicate`: the other one's id.
 */
duplicate_of: string | null, 
/**
 * Of `snoozed`: until when. `null` also where this Upshot does not know what it waits for.
 */
snooze: SnoozeView | null, at_ms: number, who: string, 
/**
 * No later event takes it back.
 */
holds: boolean, 
/**
 * It is the one that counts on its feedback.
 */
is_current: boolean, 
/**
 * `null`: nothing of this event is for the server.
 */
push: DecisionPushView | null, };

export type DecisionsView = { waiting: number, sent: number, kept_here: number, push: PushView, 
/**
 * Whether a user's token is kept for this connection. The token itself never comes here.
 */
user_token: boolean, 
/**
 * Shown once, until it is dismissed.
 */
notice: string | null, };

export type DeleteView = { connection: number, view: number, };

export type DeploymentView = { environment: string, 
/**
 * `null`: the server did not say.
 */
deployed_at_ms: number | null, 
/**
 * When a sync saw it for the first time.
 */
first_seen_ms: number, };

export type DiffKind = "same" | "added" | "removed";

export type DiffSpanView = { kind: DiffKind, text: string, };

export type DiffView = { spans: Array<DiffSpanView>, added_words: number, removed_words: number, };

export type DismissPushNotice = { connection: number, };

export type EditPin = { connection: number, feedback: string, pin: number, note?: string, };

export type ErrorCode = "offline" | "key_refused" | "key_missing" | "keyring" | "not_found" | "bad_input" | "pages_unknown" | "cancelled" | "other";

export type ErrorView = { code: ErrorCode, 
/**
 * What happened, one sentence.
 */
title: string, 
/**
 * What it means for their data, one sentence.
 */
meaning: string, 
/**
 * What to do, one sentence.
 */
action: string, 
/**
 * The server's own words, shown last and in mono.
 */
detail: string | null, 
/**
 * Whether trying again later can help.
 */
retry: boolean, };

export type Event = { "type": "sync", connection: number, sync: SyncView, } | { "type": "data", connection: number, } | { "type": "decisions", connection: number, decisions: DecisionsView, } | { "type": "connections" };

export type FailureView = { code: string | null, message: string | null, 
/**
 * Indented JSON.
 */
details: string | null, };

export type FeedbackCountView = { total: number, };

export type FeedbackDetailView = { row: FeedbackRowView, run: RunStateView, version: VersionSummaryView | null, 
/**
 * What others said about the same run, newest first.
 */
others_on_run: Array<FeedbackRowView>, 
/**
 * What the same user said about this run before, newest first.
 */
earlier: Array<FeedbackRowView>, 
/**
 * What the same user said elsewhere, newest first, ten at the most.
 */
user_before: Array<FeedbackRowView>, user: UserSummaryView | null, 
/**
 * What it is a duplicate of, if that is in the cache.
 */
original: FeedbackRowView | null, 
/**
 * What is decided to be a duplicate of it, newest first, ten at the most.
 */
duplicates: Array<FeedbackRowView>, 
/**
 * How many duplicates there are.
 */
duplicates_count: number, 
/**
 * Its look-alikes, whatever became of them; newest first, ten at the most.
 */
alike: Array<FeedbackRowView>, 
/**
 * How many look-alikes there are besides this one.
 */
alike_count: number, 
/**
 * Oldest first.
 */
pins: Array<PinView>, };

export type FeedbackPageView = { rows: Array<FeedbackRowView>, 
/**
 * Hand it back for the next page; `null` at the end.
 */
next: string | null, 
/**
 * How many match mailbox and filter. `null` where counting takes longer than the page, as in a search:
 * `count_feedback` tells.
 */
total: number | null, 
/**
 * How many there are in the mailbox without the filter; `null` on pages after the first.
 */
mailbox_total: number | null, 
/**
 * How many there are at all; `null` on pages after the first.
 */
everything: number | null, 
/**
 * Whether all that is here is in the indexes. Until it is, a search may miss some, and look-alikes may be shown
 * apart: after an update, and for a moment after a sync.
 */
search_ready: boolean, };

export type FeedbackRowView = { id: string, agent: string, run: string, user: string | null, outcome: OutcomeView, 
/**
 * `null` where there is nothing to read.
 */
comment: string | null, annotation: AnnotationView | null, 
/**
 * Decided here; it goes before the server's annotation.
 */
decision: DecisionKindView | null, 
/**
 * Taken back here after it was sent: open, although the annotation still says what was sent.
 */
is_reopened: boolean, 
/**
 * Until when it is put aside.
 */
snoozed: SnoozeView | null, 
/**
 * Back from a snooze, and nothing decided since.
 */
woken: WokenView | null, 
/**
 * The id of what it is a duplicate of.
 */
duplicate_of: string | null, 
/**
 * A note stands on it: one by itself, or that of the decision that counts.
 */
note: boolean, 
/**
 * How many pins are stuck to it.
 */
pins: number, created_at_ms: number, 
/**
 * Since when the server no longer lists it. What is here of it stays.
 */
gone_at_ms: number | null, version: string | null, version_label: string | null, model: string | null, run_state: RunStateName, 
/**
 * How often this user spoke on this run before.
 */
earlier_words: number, 
/**
 * What it stands for besides itself, in a list that shows one row for all that is alike.
 */
alike: AlikeView | null, 
/**
 * Where a search found it; `null` where nothing was searched for.
 */
found_in: FoundInView | null, 
/**
 * The words its comment shares with that of the filter's `like`, the rarest first; none for that one itself. `null`
 * where nothing like another was asked for.
 */
shares: Array<string> | null, };

export type FetchRun = { connection: number, 
/**
 * The feedback's id.
 */
feedback: string, };

export type FieldAboutView = { title: string | null, description: string | null, 
/**
 * The values it may have; empty: any.
 */
choices: Array<string>, };

export type FieldView = { name: string, value: ValueView, about: FieldAboutView | null, 
/**
 * Why the value is not what the schema asks for, in half a sentence.
 */
misfit: string | null, };

export type FileView = { url: string | null, content_type: string | null, is_image: boolean, 
/**
 * The file's name, or the host it would come from.
 */
label: string, };

export type FilterProblemView = { start: number, end: number, message: string, 
/**
 * Nothing is wrong: it says how the text was taken.
 */
is_hint: boolean, };

export type FilterTokenKind = "term" | "misspelt" | "word" | "phrase";

export type FilterTokenView = { start: number, 
/**
 * Behind its last unit.
 */
end: number, kind: FilterTokenKind, 
/**
 * Of a term: its name as it is printed.
 */
name: string | null, 
/**
 * Where the value of a term begins, with its quotation mark; elsewhere as `start`.
 */
value_start: number, 
/**
 * Without quotation marks.
 */
value: string, };

export type FilterView = { 
/**
 * Any of these.
 */
agents?: Array<string>, outcome?: OutcomeView, has_comment?: boolean, 
/**
 * Any annotation or decision but a snooze, or none at all.
 */
annotated?: boolean, 
/**
 * Decided so or, what a server can say, annotated so.
 */
annotation?: DecisionKindView, user?: string, 
/**
 * `true`: only feedback without a user id.
 */
anonymous?: boolean, 
/**
 * Ids (hashes) of versions; any of them.
 */
versions?: Array<string>, 
/**
 * Ids of models; any of them.
 */
models?: Array<string>, 
/**
 * Whether the server no longer lists it.
 */
gone?: boolean, 
/**
 * Words of the comment, or of the run's input, or of its output: all must be in one of them. Of the last word a
 * beginning will do. `best` looks into comments alone.
 */
text?: string, since_ms?: number, until_ms?: number, 
/**
 * The id of a feedback: only what is most like it by its comment, 200 at the most, itself the first. Of one without a
 * comment: nothing.
 */
like?: string, 
/**
 * Where it is absent: the most alike first with `like`, else the newest.
 */
order?: OrderView, };

export type FoundInView = "comment" | "input" | "output";

export type GetFeedback = { connection: number, id: string, };

export type GetInstructions = { connection: number, agent: string, version: string, 
/**
 * For versions whose prompt stands in each run.
 */
run?: string, 
/**
 * A version's id; absent: the version before.
 */
against?: string, };

export type GetKeys = Record<symbol, never>;

export type GetOffline = { connection: number, };

export type GetRaw = { connection: number, id: string, };

export type GetState = Record<symbol, never>;

export type GetStorage = { connection: number, };

export type GetStory = { connection: number, 
/**
 * `null`: all who gave no user id.
 */
user: string | null, };

export type GetTrends = { connection: number, 
/**
 * Empty: all.
 */
agents: Array<string>, from_ms: number, 
/**
 * Not included.
 */
to_ms: number, bucket: BucketView, 
/**
 * Count a user's last vote alone.
 */
one_vote_per_user: boolean, };

export type InstructionsView = { version: VersionView, 
/**
 * All versions of the agent in the cache, newest first.
 */
versions: Array<VersionSummaryView>, 
/**
 * The version compared with: the one before, unless another was asked for. `null` for the first.
 */
against: VersionSummaryView | null, diff: DiffView | null, };

export type KeeperView = { 
/**
 * As in "the system's keyring (Secret Service)".
 */
name: string, 
/**
 * Shown all the time where keys do not outlive the session.
 */
notice: string | null, };

export type KeyState = "present" | "missing";

export type KeysView = { 
/**
 * From a command's name to its strokes. Names the window does not know are a newer Upshot's.
 */
keys: { [key in string]: Array<string> }, };

export type ListAgents = { connection: number, };

export type ListAlike = { connection: number, mailbox: Mailbox, filter: FilterView, 
/**
 * The feedback's id.
 */
id: string, 
/**
 * At most 500.
 */
limit: number, };

export type ListDecisions = { connection: number, feedback?: string, 
/**
 * Without a feedback: events before this one.
 */
before?: number, 
/**
 * Without a feedback: so many, at most 500.
 */
limit?: number, };

export type ListFeedback = { connection: number, mailbox: Mailbox, filter: FilterView, 
/**
 * From the page before.
 */
cursor?: string, 
/**
 * At most 500.
 */
limit: number, 
/**
 * One row for all that is alike: the newest of them that mailbox and filter let through.
 */
collapse?: boolean, };

export type ListReasons = Record<symbol, never>;

export type ListUsers = { connection: number, 
/**
 * Part of a user id.
 */
search?: string, cursor?: string, 
/**
 * At most 500.
 */
limit: number, };

export type ListViews = { connection: number, };

export type LoadFile = { connection: number, url: string, };

export type LoadedFile = { 
/**
 * `data:image/…;base64,…`
 */
data_url: string, bytes: number, };

export type Mailbox = "negative_open" | "all_open" | "needs_fix" | "snoozed" | "decided" | "positive_with_comment" | "everything";

export type MailboxCountsView = { negative_open: number, all_open: number, needs_fix: number, snoozed: number, decided: number, positive_with_comment: number, everything: number, 
/**
 * Users with at least one feedback.
 */
users: number, };

export type MarkKind = "deployed" | "first_seen";

export type MarkView = { at_ms: number, agent: string, label: string, kind: MarkKind, };

export type MessageView = { 
/**
 * Its place among the messages as the server lists them, from 0.
 */
index: number, 
/**
 * `system`, `user`, `assistant`, or what the server wrote.
 */
role: string, parts: Array<PartView>, };

export type MoveView = { connection: number, view: number, before?: number, };

export type NetworkReturned = Record<symbol, never>;

export type OfflineClassView = { 
/**
 * Runs that are here.
 */
kept: number, 
/**
 * Runs that are not: still to be fetched, or, with `is_full`, left out.
 */
wanted: number, };

export type OfflineView = { 
/**
 * `null`: everything is kept.
 */
limit_bytes: number | null, 
/**
 * Limits to choose from, besides "everything".
 */
choices_bytes: Array<number>, 
/**
 * What the runs take on this machine, as the limit counts it.
 */
kept_bytes: number, 
/**
 * What they took as the server sent them.
 */
json_bytes: number, 
/**
 * Runs of negative feedback, kept first.
 */
negative: OfflineClassView, 
/**
 * Then those of positive feedback with a comment.
 */
commented: OfflineClassView, rest: OfflineClassView, 
/**
 * Whether the limit keeps runs out.
 */
is_full: boolean, 
/**
 * Images looked at before; they do not count.
 */
files_bytes: number, };

export type OpenRunPage = { connection: number, 
/**
 * The feedback's id.
 */
id: string, };

export type OrderView = "newest" | "oldest" | "user" | "version" | "best";

export type OutcomeView = "positive" | "negative";

export type ParseFilter = { connection: number, text: string, };

export type ParsedFilterView = { 
/**
 * What lists and counts take. Terms that are a problem of the language are not in it; what names something that is
 * not in the cache is, and lets nothing through.
 */
filter: FilterView, 
/**
 * The same filter as it is printed.
 */
text: string, 
/**
 * In order; only blanks lie between them.
 */
tokens: Array<FilterTokenView>, 
/**
 * By where they begin.
 */
problems: Array<FilterProblemView>, };

export type PartView = { "kind": "text", text: string, } | { "kind": "file", file: FileView, } | { "kind": "tool_call", call: ToolCallView, } | { "kind": "json", text: string, };

export type PinView = { id: number, 
/**
 * `comment`, `input`, `output` or `message:N`, one of the input's messages from 0.
 */
place: string, 
/**
 * JSON pointer to the value in that place; empty: the whole of it.
 */
pointer: string, 
/**
 * A stretch of a text, in UTF-16 units; `null`: the whole value.
 */
start: number | null, end: number | null, 
/**
 * What stood there when it was pinned.
 */
quote: string, note: string | null, at_ms: number, who: string, };

export type PrintFilter = { connection: number, filter: FilterView, };

export type PrintedFilterView = { text: string, tokens: Array<FilterTokenView>, };

export type PromptView = { "kind": "instructions", text: string, } | { "kind": "messages", messages: Array<MessageView>, } | { "kind": "both", instructions: string, messages: Array<MessageView>, } | { "kind": "in_each_run", messages: Array<MessageView>, };

export type PushStateView = "waiting" | "sent" | "kept_here" | "withdrawn" | "sent_and_undone";

export type PushView = "unknown" | "allowed" | "needs_user" | "token_refused";

export type RateView = { value: number, low: number, high: number, };

export type RawView = { feedback: string, 
/**
 * `null`: the run is not on this machine.
 */
run: string | null, };

export type ReasoningStepView = { title: string | null, step: string | null, };

export type RedoDecision = { connection: number, };

export type RemoveConnection = { connection: number, };

export type RemovePin = { connection: number, feedback: string, pin: number, };

export type RenameConnection = { connection: number, name: string, };

export type RenameView = { connection: number, view: number, name: string, };

export type RestorePin = { connection: number, feedback: string, pin: number, };

export type RunStateName = "success" | "failure" | "missing" | "waiting";

export type RunStateView = { "state": "present", run: RunView, } | { "state": "missing", tried_at_ms: number, } | { "state": "not_kept", gone_at_ms: number | null, } | { "state": "waiting" };

export type RunView = { id: string, model: string | null, 
/**
 * `null` below 0.05 s.
 */
duration_s: number | null, cost_usd: number | null, created_at_ms: number | null, input: BodyView, output: BodyView, failure: FailureView | null, 
/**
 * Hosted tools that ran, and calls the run asked its client to make.
 */
tool_calls: Array<ToolCallView>, reasoning: Array<ReasoningStepView>, metadata: Array<[string, string]>, };

export type SaveView = { connection: number, 
/**
 * The view to replace.
 */
view?: number, 
/**
 * 1 to 60 characters, unique in the connection.
 */
name: string, mailbox: Mailbox, text: string, };

export type SavedView = { id: number, name: string, mailbox: Mailbox, 
/**
 * The filter as it is typed.
 */
text: string, 
/**
 * How much it shows; `null` where counting takes time.
 */
count: number | null, };

export type SelectConnection = { connection: number, };

export type SetAgents = { connection: number, 
/**
 * `null`: all.
 */
agents: Array<string> | null, };

export type SetKey = { connection: number, key: string, };

export type SetKeys = { 
/**
 * From a command's name to its strokes, as in `j`, `Shift+z`, `Ctrl+Enter`, `g i`; `null`: those it
 * started with.
 */
keys: { [key in string]: Array<string> | null }, };

export type SetNote = { connection: number, feedback: string, note: string, };

export type SetOfflineLimit = { connection: number, 
/**
 * `null`: everything is made available offline.
 */
limit_bytes: number | null, };

export type SetPagesUrl = { connection: number, 
/**
 * What leads on to one of them is cut off. `null` or empty: as its runs say.
 */
url: string | null, };

export type SetReasons = { reasons: Array<string>, };

export type SetTheme = { theme: Theme, };

export type SetUserToken = { connection: number, token: string, };

export type SnoozeKindView = "until" | "user_speaks" | "newer_version" | "five_more_alike";

export type SnoozeRequest = { "kind": "until", until_ms: number, } | { "kind": "user_speaks" } | { "kind": "newer_version" } | { "kind": "five_more_alike" };

export type SnoozeView = { kind: SnoozeKindView, 
/**
 * Of `until`: the time it ends.
 */
until_ms: number | null, };

export type StartCollector = Record<symbol, never>;

export type StartDemo = Record<symbol, never>;

export type StartSync = { connection: number, };

export type StateView = { connections: Array<ConnectionView>, 
/**
 * `null`: first run.
 */
current: number | null, theme: Theme, keeper: KeeperView, version: string, };

export type StepActView = "decided" | "noted" | "taken_back" | "done_again";

export type StepView = { step: number, act: StepActView, 
/**
 * What was decided, taken back or done again; `null`: a note.
 */
kind: DecisionKindView | null, 
/**
 * On how many feedback.
 */
count: number, 
/**
 * The first 500 at the most.
 */
events: Array<number>, 
/**
 * The feedback of each of `events`, in the same order.
 */
feedback: Array<string>, };

export type StorageView = { data_dir: string, log_dir: string, cache_bytes: number, 
/**
 * Images looked at before; part of the cache.
 */
files_bytes: number, feedback: number, runs: number, versions: number, };

export type StoryEntryView = { "kind": "feedback", row: FeedbackRowView, 
/**
 * Overwritten words of the same user on the same run, newest first.
 */
earlier: Array<FeedbackRowView>, } | { "kind": "version", at_ms: number, agent: string, label: string, mark: MarkKind, };

export type StoryView = { user: string | null, 
/**
 * One sentence, as in "5 negative and 1 positive".
 */
headline: string, 
/**
 * What it rests on, as in "6 said, 1 changed, 2 agents."
 */
basis: string, since_ms: number | null, entries: Array<StoryEntryView>, 
/**
 * Whether there is more than was handed over.
 */
truncated: boolean, };

export type SuggestionView = { 
/**
 * What to show.
 */
label: string, 
/**
 * What to put in; with a blank behind it where typing can go on after it.
 */
insert: string, 
/**
 * What it takes the place of: from, and up to before. The caret belongs behind what was put in.
 */
replaces: [number, number], 
/**
 * A word about it, or how much feedback there is of it.
 */
detail: string | null, };

export type SyncProgress = { stage: SyncStage, agent: string | null, done: number, 
/**
 * 0: not known yet.
 */
total: number, started_at_ms: number, };

export type SyncStage = "agents" | "feedback" | "versions" | "runs";

export type SyncView = { 
/**
 * `null`: idle.
 */
running: SyncProgress | null, 
/**
 * End of the last sync that went through.
 */
last_success_at_ms: number | null, 
/**
 * Since when the server has not answered.
 */
offline_since_ms: number | null, 
/**
 * Why the last sync did not go through.
 */
error: ErrorView | null, };

export type TestConnection = { url: string, 
/**
 * Empty: the key's own tenant.
 */
tenant?: string, key: string, 
/**
 * Send the key over plain http to a host that is not this machine.
 */
allow_plain_http?: boolean, };

export type Theme = "system" | "light" | "dark";

export type ToolCallView = { id: string, name: string, input: ValueView, result: ValueView | null, error: string | null, };

export type TrendPointView = { start_ms: number, end_ms: number, positive: number, negative: number, 
/**
 * `null`: no votes; a gap, never 0.
 */
rate: RateView | null, 
/**
 * The time is not over.
 */
unfinished: boolean, 
/**
 * Too few votes to trust the point.
 */
few: boolean, };

export type TrendsView = { 
/**
 * One honest sentence.
 */
headline: string, 
/**
 * What it rests on.
 */
basis: string, points: Array<TrendPointView>, positive: number, negative: number, rate: RateView | null, marks: Array<MarkView>, 
/**
 * Newest first.
 */
versions: Array<VersionRateView>, 
/**
 * All agents, also those not chosen, by name.
 */
agents: Array<AgentRateView>, 
/**
 * The oldest feedback in the cache.
 */
first_ms: number | null, };

export type UndoDecision = { connection: number, step?: number, event?: number, };

export type UserPageView = { rows: Array<UserRowView>, next: string | null, 
/**
 * Users that match, the nameless not counted.
 */
total: number, };

export type UserRowView = { 
/**
 * `null`: all who gave no user id.
 */
user: string | null, feedback: number, positive: number, negative: number, agents: Array<string>, first_ms: number, last_ms: number, 
/**
 * The last ten, oldest first.
 */
recent: Array<OutcomeView>, };

export type UserSummaryView = { user: string, feedback: number, negative: number, };

export type ValueView = { "kind": "null" } | { "kind": "absent" } | { "kind": "text", text: string, } | { "kind": "number", text: string, } | { "kind": "bool", value: boolean, } | { "kind": "file", file: FileView, } | { "kind": "table", columns: Array<string>, rows: Array<Array<string>>, } | { "kind": "list", items: Array<ValueView>, } | { "kind": "object", fields: Array<FieldView>, } | { "kind": "json", text: string, };

export type VersionRateView = { version: string, agent: string, label: string, model: string | null, since_ms: number | null, since_kind: MarkKind, positive: number, negative: number, rate: RateView | null, };

export type VersionSummaryView = { id: string, agent: string, 
/**
 * `3.2`, or the beginning of the hash.
 */
label: string, model: string, created_at_ms: number | null, 
/**
 * Newest first.
 */
deployments: Array<DeploymentView>, 
/**
 * The first run of it in the cache.
 */
first_seen_ms: number | null, positive: number, negative: number, };

export type VersionView = { summary: VersionSummaryView, temperature: number | null, notes: string | null, prompt: PromptView, 
/**
 * Other properties, name and value, without the prompt.
 */
properties: Array<[string, string]>, };

export type WhyAlikeView = "same_words" | "same_user";

export type WokenView = { at_ms: number, 
/**
 * What it had waited for; `null`: something this Upshot does not know.
 */
why: SnoozeKindView | null, };

export interface Commands {
  get_state: { request: GetState; response: StateView };
  test_connection: { request: TestConnection; response: ConnectionTestView };
  connect: { request: Connect; response: ConnectionView };
  start_demo: { request: StartDemo; response: ConnectionView };
  start_collector: { request: StartCollector; response: ConnectionView };
  select_connection: { request: SelectConnection; response: StateView };
  rename_connection: { request: RenameConnection; response: null };
  set_agents: { request: SetAgents; response: null };
  set_key: { request: SetKey; response: null };
  set_pages_url: { request: SetPagesUrl; response: null };
  remove_connection: { request: RemoveConnection; response: StateView };
  start_sync: { request: StartSync; response: SyncView };
  cancel_sync: { request: CancelSync; response: null };
  network_returned: { request: NetworkReturned; response: null };
  count_mailboxes: { request: CountMailboxes; response: MailboxCountsView };
  list_feedback: { request: ListFeedback; response: FeedbackPageView };
  list_alike: { request: ListAlike; response: AlikeRowsView };
  count_feedback: { request: CountFeedback; response: FeedbackCountView };
  get_feedback: { request: GetFeedback; response: FeedbackDetailView };
  get_raw: { request: GetRaw; response: RawView };
  open_run_page: { request: OpenRunPage; response: null };
  add_pin: { request: AddPin; response: Array<PinView> };
  edit_pin: { request: EditPin; response: Array<PinView> };
  remove_pin: { request: RemovePin; response: Array<PinView> };
  restore_pin: { request: RestorePin; response: Array<PinView> };
  parse_filter: { request: ParseFilter; response: ParsedFilterView };
  print_filter: { request: PrintFilter; response: PrintedFilterView };
  complete_filter: { request: CompleteFilter; response: Array<SuggestionView> };
  list_views: { request: ListViews; response: Array<SavedView> };
  save_view: { request: SaveView; response: SavedView };
  rename_view: { request: RenameView; response: null };
  delete_view: { request: DeleteView; response: null };
  move_view: { request: MoveView; response: null };
  load_file: { request: LoadFile; response: LoadedFile };
  get_instructions: { request: GetInstructions; response: InstructionsView };
  list_agents: { request: ListAgents; response: Array<AgentView> };
  get_trends: { request: GetTrends; response: TrendsView };
  list_users: { request: ListUsers; response: UserPageView };
  get_story: { request: GetStory; response: StoryView };
  decide: { request: Decide; response: StepView };
  set_note: { request: SetNote; response: StepView };
  undo_decision: { request: UndoDecision; response: StepView | null };
  redo_decision: { request: RedoDecision; response: StepView | null };
  list_decisions: { request: ListDecisions; response: Array<DecisionView> };
  list_reasons: { request: ListReasons; response: Array<string> };
  set_reasons: { request: SetReasons; response: Array<string> };
  dismiss_push_notice: { request: DismissPushNotice; response: null };
  set_user_token: { request: SetUserToken; response: null };
  clear_user_token: { request: ClearUserToken; response: null };
  get_storage: { request: GetStorage; response: StorageView };
  get_offline: { request: GetOffline; response: OfflineView };
  set_offline_limit: { request: SetOfflineLimit; response: OfflineView };
  fetch_run: { request: FetchRun; response: FeedbackDetailView };
  set_theme: { request: SetTheme; response: null };
  get_keys: { request: GetKeys; response: KeysView };
  set_keys: { request: SetKeys; response: KeysView };
}
