package decompile

import "testing"

func TestSnake(t *testing.T) {
	for in, want := range map[string]string{
		"UserIp": "user_ip", "Heroku - Router Logs": "heroku_router_logs", "3Com": "n3com", "日本": "", "4625": "", "-x--y-": "x_y", "HTTP": "http", "é": "",
	} {
		if got := snake(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestJoined(t *testing.T) {
	for _, test := range []struct {
		words []string
		want  string
	}{
		{[]string{"login", "failed"}, "login_failed"}, {[]string{"login", "Login", "", "ok"}, "login_ok"}, {nil, ""},
		{[]string{"one", "a_word_that_is_far_too_long_to_follow"}, "one"},
		{[]string{"a_word_that_is_far_too_long_to_stand"}, "a_word_that_is_far_too_long"},
	} {
		if got := joined(test.words); got != test.want {
			t.Errorf("%q: got %q, want %q", test.words, got, test.want)
		}
	}
}

func TestFormOf(t *testing.T) {
	for expression, want := range map[string]string{
		`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)`: "timestamp", `[A-Z][a-z]{2}\s+\d{1,2}\s\d\d:\d\d:\d\d`: "timestamp",
		`\d{1,3}(?:\.\d{1,3}){3}`: "ip_address", `(?:[0-9a-f]{2}:){5}[0-9a-f]{2}`: "mac_address", `"(?>[^"\\]+|\\.)*"`: "quoted_value",
		`(?:"[^"]*"|\S+)`: "", `(?:"[^"\n]*"|[^\s"]+)`: "value", `[^\s"]+`: "word", `\S+`: "", `.*`: "", `[a-z_]+=\S+`: "key_value",
		`^<\d+>\d+\s\S+\s`: "line_start", `(`: "", `(a+)+$`: "", `\x1b\[\d+m`: "colour_code",
	} {
		if got := formOf(expression); got != want {
			t.Errorf("%s: got %q, want %q", expression, got, want)
		}
	}
}

// TestNameFor: a name comes from what an expression takes, never from what it must not find.
func TestNameFor(t *testing.T) {
	for expression, want := range map[string]string{
		`sshd\[\d+\]:\sFailed\spassword\sfor\s\S+`:                      "sshd_failed_password",
		`(?!sudo)[a-z]{2,9}(?:\[\d{1,9}\])?:\s(?!session)[^\s:]{2,20}:`: "part",
		`(?i:auth(?:entication|n)?|log[\s_-]?[io]n|passwords?)\b`:       "authentication_or_log",
		`[^\n]{3,20}?(?:\sby\suser)?\s(?<UserName>[^\s@]{1,64})@\S+`:    "user_name",
		`^\S+\s\S+\s(?:\[\d{1,9}\]\s)?app\sweb\.\d{1,9}\s`:              "app_web_line",
		`[^\s"]{1,20}(?:\serrors?)?[^\s"]{1,20}:[^\s"]{1,20}`:           "maybe_errors",
	} {
		_, bodies := shareAll(expression+"a1", expression+"b2", expression+"c3", expression+"d4")
		if len(bodies) != 1 || bodies[0][:len(want)+3] != want+" = " {
			t.Errorf("%s: got %q, want %s", expression, bodies, want)
		}
	}
}
