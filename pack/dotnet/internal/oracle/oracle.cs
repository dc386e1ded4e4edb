// Answers what System.Text.RegularExpressions does, a line for a line, so that tests can hold the Go side to it.
//
// A question is tab-separated: the options as a number, the expression, any number of inputs. Fields are escaped: \\ for a
// backslash, \u and four hex digits for every UTF-16 unit outside space to tilde.
// The answer is "refused", a tab and the exception's message, or an answer for each input, tab-separated:
//   none                            no match
//   timeout                         no answer within the time limit
//   crash TYPE                      the engine threw something else
//   GROUPS|GROUPS|...               all matches; GROUPS is NAME=INDEX+LENGTH,INDEX+LENGTH NAME=... in the engine's order
// The question "lower" is answered by UNIT=LOWER, in hexadecimal, for every unit with another lower case in the invariant culture.
// The argument is the time limit in milliseconds.
using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;

static class Oracle
{
    static void Main(string[] args)
    {
        var limit = TimeSpan.FromMilliseconds(int.Parse(args[0]));
        var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
        for (string line; (line = input.ReadLine()) != null;)
        {
            output.Write(Answer(line.Split('\t'), limit));
            output.Write('\n');
            output.Flush();
        }
    }

    static string Answer(string[] question, TimeSpan limit)
    {
        if (question[0] == "lower") return LowerCase();
        Regex regex;
        try
        {
            regex = new Regex(Unescape(question[1]), (RegexOptions)int.Parse(question[0]), limit);
        }
        catch (ArgumentException e)
        {
            return "refused\t" + Escape(e.Message);
        }
        catch (Exception e)
        {
            return "refused\tcrash " + e.GetType().Name;
        }
        var answers = new List<string>();
        for (int i = 2; i < question.Length; i++)
        {
            // A Regex is made anew for each input: one that has searched before may answer otherwise, as (?:|(a))+?b does on caab.
            if (i > 2) regex = new Regex(Unescape(question[1]), (RegexOptions)int.Parse(question[0]), limit);
            answers.Add(Matches(regex, Unescape(question[i])));
        }
        return string.Join("\t", answers);
    }

    static string Matches(Regex regex, string input)
    {
        try
        {
            var all = new List<string>();
            for (var m = regex.Match(input); m.Success; m = m.NextMatch())
                all.Add(Groups(regex, m));
            return all.Count == 0 ? "none" : string.Join("|", all);
        }
        catch (RegexMatchTimeoutException)
        {
            return "timeout";
        }
        catch (Exception e)
        {
            return "crash " + e.GetType().Name;
        }
    }

    static string Groups(Regex regex, Match m)
    {
        var groups = new List<string>();
        foreach (int number in regex.GetGroupNumbers())
        {
            var captures = new List<string>();
            foreach (Capture c in m.Groups[number].Captures)
                captures.Add(c.Index + "+" + c.Length);
            groups.Add(Escape(regex.GroupNameFromNumber(number)) + "=" + string.Join(",", captures));
        }
        return string.Join(" ", groups);
    }

    static string LowerCase()
    {
        var pairs = new List<string>();
        for (int unit = 0; unit <= char.MaxValue; unit++)
        {
            int lower = char.ToLowerInvariant((char)unit);
            if (lower != unit) pairs.Add(unit.ToString("x4") + "=" + lower.ToString("x4"));
        }
        return string.Join("\t", pairs);
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
