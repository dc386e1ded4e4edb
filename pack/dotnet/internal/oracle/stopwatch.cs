// Times System.Text.RegularExpressions on questions asked of one line after the other. The argument is the RegexOptions as a number.
//
// The first line of the input holds the questions, tab-separated: "?" and an expression of which only is asked whether it matches,
// or "!" and one whose first match is wanted. Every other line is a command and the lines of a log, tab-separated, in the escaped
// form of oracle.cs:
//   time   answered by how many nanoseconds of processor time it took to ask all questions of all lines
//   tell   answered by what was found, tab-separated: for each line an answer to each question, "-" for no match, else "=" and for
//          each group in the engine's order another "-", or "=" and the group's value with an escaped U+001F behind it
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;

static class Stopwatches
{
    static Regex[] expressions;
    static bool[] wanted; // the first match, with its groups
    static int found;

    static void Main(string[] args)
    {
        var options = (RegexOptions)int.Parse(args[0]);
        var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
        Prepare(input.ReadLine().Split('\t'), options);
        for (string line; (line = input.ReadLine()) != null;)
        {
            var command = line.Split('\t');
            var lines = new string[command.Length - 1];
            for (int i = 0; i < lines.Length; i++) lines[i] = Unescape(command[i + 1]);
            output.Write(command[0] == "time" ? Time(lines) : Tell(lines));
            output.Write('\n');
            output.Flush();
        }
    }

    static void Prepare(string[] questions, RegexOptions options)
    {
        expressions = new Regex[questions.Length];
        wanted = new bool[questions.Length];
        for (int i = 0; i < questions.Length; i++)
        {
            expressions[i] = new Regex(Unescape(questions[i].Substring(1)), options);
            wanted[i] = questions[i][0] == '!';
        }
    }

    static string Time(string[] lines)
    {
        var start = Used();
        foreach (var line in lines)
            for (int i = 0; i < expressions.Length; i++)
                if (wanted[i] ? expressions[i].Match(line).Success : expressions[i].IsMatch(line)) found++;
        return ((Used() - start).Ticks * 100).ToString();
    }

    // Used gives the processor time the process has used; Mono tells it in steps of 10 ms.
    static TimeSpan Used()
    {
        var process = Process.GetCurrentProcess();
        process.Refresh();
        return process.TotalProcessorTime;
    }

    static string Tell(string[] lines)
    {
        var answers = new List<string>();
        foreach (var line in lines)
            for (int i = 0; i < expressions.Length; i++)
                answers.Add(wanted[i] ? Groups(expressions[i], line) : expressions[i].IsMatch(line) ? "=" : "-");
        return string.Join("\t", answers);
    }

    static string Groups(Regex regex, string line)
    {
        var m = regex.Match(line);
        if (!m.Success) return "-";
        var b = new StringBuilder("=");
        foreach (int number in regex.GetGroupNumbers())
            if (m.Groups[number].Success) b.Append('=').Append(Escape(m.Groups[number].Value + "\u001f"));
            else b.Append('-');
        return b.ToString();
    }

    static string Escape(string s)
    {
        var b = new StringBuilder();
        foreach (char c in s)
        {
            if (c == '\\') b.Append("\\\\");
            else if (c < ' ' || c > '~') b.Append("\\u").Append(((int)c).ToString("x4"));
            else b.Append(c);
        }
        return b.ToString();
    }

    static string Unescape(string s)
    {
        var b = new StringBuilder();
        for (int i = 0; i < s.Length; i++)
        {
            if (s[i] != '\\') { b.Append(s[i]); continue; }
            i++;
            if (s[i] != 'u') { b.Append(s[i]); continue; }
            b.Append((char)Convert.ToInt32(s.Substring(i + 1, 4), 16));
            i += 4;
        }
        return b.ToString();
    }
}
