package dotnet

import (
	"fmt"
	"strings"
	"testing"
)

// logForms are forty expressions as people write them for logs, with those that are hard to search for: led by a lookbehind or by
// what the line must not hold, words without regard to case, stack traces, dotted addresses. Beside each stands how a further one
// of its kind is written, and the words such expressions are about.
var logForms = []struct {
	pattern, another string
	about            []string
}{
	{`\bat=(?<v>\w+)`, `\b%s=(?<v>\w+)`, fieldNames},
	{`\bcode=(?<v>[HRL]\d+)`, `\b%s=(?<v>[A-Z]\d+)`, fieldNames},
	{`\bmethod=(?<v>[A-Z]+)`, `\b%s=(?<v>[A-Z]+)`, fieldNames},
	{`\bpath="(?<v>[^"]*)"`, `\b%s="(?<v>[^"]*)"`, fieldNames},
	{`\bhost=(?<v>\S+)`, `\b%s=(?<v>\S+)`, fieldNames},
	{`\brequest_id=(?<v>[0-9a-f-]{36})`, `\b%s=(?<v>[0-9a-f-]{36})`, fieldNames},
	{`(?<=fwd=")[^"]+`, `(?<=%s=")[^"]+`, fieldNames},
	{`\bdyno=(?<v>[a-z_]+\.\d+)`, `\b%s=(?<v>[a-z_]+\.\d+)`, fieldNames},
	{`\bconnect=(?<v>\d+)ms`, `\b%s=(?<v>\d+)ms`, fieldNames},
	{`\bservice=(?<v>\d+)ms`, `\b%s=(?<v>\d+)(?:ms|us)`, fieldNames},
	{`\bstatus=(?<v>\d{3})`, `\b%s=(?<v>\d{3})`, fieldNames},
	{`\bbytes=(?<v>\d+)`, `\b%s=(?<v>\d+)`, fieldNames},
	{`sample#load_avg_1m=(?<v>[\d.]+)`, `sample#%s=(?<v>[\d.]+)`, fieldNames},
	{`sample#memory_total=(?<v>[\d.]+)MB`, `sample#%s=(?<v>[\d.]+)MB`, fieldNames},
	{`sample#memory_rss=(?<v>[\d.]+)(?<u>[KMG]B)`, `sample#%s=(?<v>[\d.]+)(?<u>[KMG]B)`, fieldNames},
	{`(?<=source=)\S+`, `(?<=%s=)\S+`, fieldNames},
	{`\bby user (?<v>[^\s]+)`, `\b%s user (?<v>[^\s]+)`, logWords},
	{"with command `(?<v>[^`]+)`", "with %s `(?<v>[^`]+)`", logWords},
	{`State changed from (?<a>\w+) to (?<b>\w+)`, `%s changed from (?<a>\w+) to (?<b>\w+)`, logWords},
	{`Process exited with status (?<v>\d+)`, `%s exited with status (?<v>\d+)`, logWords},
	{`Error (?<v>[RHL]\d{2}) \((?<t>[^)]*)\)`, `%s (?<v>[A-Z]\d{2}) \((?<t>[^)]*)\)`, logWords},
	{`^(?!.*heroku).*\bweb\.\d+`, `^(?!.*heroku).*\b%s\.\d+`, logWords},
	{`^(?!.*(?:DEBUG|INFO)).*\bERROR\b.*$`, `^(?!.*(?:DEBUG|INFO)).*\b%s\b.*$`, logWords},
	{`(?i)\b(?:error|fatal|panic)\b`, `(?i)\b(?:%[1]s|%[1]s(?:s|ed|ing))\b`, logWords},
	{`(?i)authentication (?:failed|failure)`, `(?i)%s (?:failed|failure)`, logWords},
	{`(?i)invalid (?:user|password|credentials|token)`, `(?i)%s (?:user|password|credentials|token)`, logWords},
	{`(?i)\btimeout\b`, `(?i)\b%s\b`, logWords},
	{`(?i)access denied`, `(?i)%s denied`, logWords},
	{`(?<e>[A-Za-z_.]+Exception): (?<m>.*)`, `(?<e>[A-Za-z_.]+%s): (?<m>.*)`, logWords},
	{`[^\s:]+\.rb:\d+:in`, `[^\s:]+%s\.rb:\d+:in`, logWords},
	{`File "(?<f>[^"]+)", line (?<l>\d+)`, `%s "(?<f>[^"]+)", line (?<l>\d+)`, logWords},
	{`at (?<c>[\w$.]+)\((?<f>\w+\.java):(?<l>\d+)\)`, `at (?<c>[\w$.]+%s)\((?<f>\w+\.java):(?<l>\d+)\)`, logWords},
	{`\b(?:\d{1,3}\.){3}\d{1,3}\b`, `\b%s[=:]\s?(?:\d{1,3}\.){3}\d{1,3}\b`, fieldNames},
	{`\b[\w.+-]+@[\w-]+\.[\w.-]+\b`, `\b%s[=:]\s?[\w.+-]+@[\w-]+\.[\w.-]+\b`, fieldNames},
	{`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`,
		`\b%s[=:]\s?"?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`, fieldNames},
	{`"level":\s*"(?<v>[^"]+)"`, `"%s":\s*"(?<v>[^"]+)"`, fieldNames},
	{`"msg":"(?<v>(?:[^"\\]|\\.)*)"`, `"%s":"(?<v>(?:[^"\\]|\\.)*)"`, fieldNames},
	{`\blevel=(?<v>\w+)\s.*\bmsg=(?:"(?<m>[^"]*)"|(?<m>\S+))`, `\blevel=(?<v>\w+)\s.*\b%s=(?:"(?<m>[^"]*)"|(?<m>\S+))`, fieldNames},
	{`\[(?<v>\d{2}/\w{3}/\d{4}[^\]]*)\]`, `%s:? \[(?<v>\d{2}/\w{3}/\d{4}[^\]]*)\]`, logWords},
	{`(?<k>[a-z_]+)="(?<v>[^"]*)"\s*$`, `(?<k>%s)="(?<v>[^"]*)"\s*$`, fieldNames},
}

// fieldNames and logWords are what logs of many products talk about. Some of each stand in the Heroku lines, most do not: as with
// a console that has the packs of many products, an expression is mostly asked of lines that have nothing to do with it.
var (
	fieldNames = strings.Fields(`
action agent app attempt bucket bytes_in bytes_out cache cart category channel cid class client cluster
controller cpu db dept desc device dhost disk domain dpt dst duration dvc elapsed email env error event
event_id exit_code facility file filter format from function group hash id iface image ip items
jid job kind latency lease loglevel limit line location logger mac memory mode module ms message
name namespace node object offset operation order outcome owner pid plan policy pool port priority process
product proto protocol proxy query queue rate realm reason region release replica resource result retry role
route rule sample service_name session shard severity site size spt src stage`)
	logWords = strings.Fields(`
Accepted Access Account Alert Application Attempt Backup Batch Blocked Build Cache Call Certificate Channel Checkpoint
checkpoint Client Cluster Command Completed Config Connect Connection Container Controller Cron Cursor Cycling Daemon Database Deadlock
Deploy Device Disk Driver Dropped Elected Endpoint Event Expired Export Failover Fetch Feed Filter Firewall Flush
Folder Gateway Group Handler Health Host Import Index Ingress Insert Instance Interface Job Kernel Key
Leader Lease License Limit Link Listener Load Lock Login Memory Message Migration Mount Network Node
Object Order Partition Password Payment Permission Policy Pool Processing Product Query Queue Quota Record Redirect
Release Replica Request Rollback Route Schema Service Session Shard Started Storage Stream Timer Token`)
)

// logPatterns are the forty.
var logPatterns = manyPatterns(1)

// manyPatterns gives the forty and, for each, further ones of its kind up to so many times forty, all distinct.
func manyPatterns(times int) []string {
	var all []string
	for _, form := range logForms {
		all = append(all, form.pattern)
	}
	for n := range times - 1 {
		for _, form := range logForms {
			all = append(all, fmt.Sprintf(form.another, form.about[n]))
		}
	}
	return all
}

func TestManyPatternsAreDistinct(t *testing.T) {
	seen := map[string]bool{}
	for _, pattern := range manyPatterns(100) {
		if seen[pattern] {
			t.Errorf("%s comes twice", pattern)
		}
		seen[pattern] = true
	}
	if len(seen) != 4000 {
		t.Errorf("%d patterns", len(seen))
	}
}

// TestPlanOfLogPatternsIsPlain holds plans of the benchmarks' patterns to plain answers.
func TestPlanOfLogPatternsIsPlain(t *testing.T) {
	matched, asked := holdToPlain(t, compileAll(t, manyPatterns(3)), sampleTexts(t))
	t.Logf("%d of %d pairs match", matched, asked)
}
