using System.Text;

namespace Lab.Scenarios.Vocabularies;

/// <summary>The vocabulary as one page of Markdown.</summary>
internal static class VocabularyPage
{
    private const string Introduction = """
        # What a scenario can say

        This page is made from the steps themselves by `nwlab steps`; `nwlab steps WORD` shows only what mentions a word.
        In a pattern, `{guest}` stands for a value, `(s)` may be left out, and `a/b` is a choice. Which of Given, When, Then,
        And, But begins a line is yours to choose; the word below is the usual one. The tags `@simulator`, `@kernel` and
        `@libvirt` say on which testbeds alone a scenario makes sense, and `@needs-vlan-filtering` leaves a kernel out whose
        bridges know no VLANs, `@since-linux-6.4` one that is older, and `@needs-ipsets` a lowering that cannot ask them; every other tag is your own, for `--tags`.

        """;

    private const string Frames = """
        ## Frames

        A `{frame}` is a phrase. What it leaves open is what the sending guest would put there itself: its own MAC, its own
        first address, right lengths and checksums.

        ```
        (a | an | NUMBER) [IPv6] KIND [to | for TARGET] [port N] [from port N] [with DETAIL VALUE {, | and DETAIL VALUE}]
        ```

        A target is a guest, `everybody`, or an address. The value `of bob` takes over what belongs to bob:
        `an ARP reply to carol with sender MAC of bob`.

        """;

    public static string Of(Vocabulary vocabulary)
    {
        StringBuilder page = new();
        page.Append(Introduction);
        foreach (VocabularyChapter chapter in vocabulary.Chapters)
        {
            page.Append($"\n## {chapter.Name}\n");
            foreach (VocabularyStep step in chapter.Steps)
            {
                Append(page, step);
            }
        }

        if (!vocabulary.FrameKinds.IsEmpty)
        {
            page.Append('\n').Append(Frames);
            AppendTable(page, "Kind", vocabulary.FrameKinds);
            AppendTable(page, "Detail", vocabulary.FrameDetails);
            page.Append("\n## Values\n");
            AppendTable(page, "Value", vocabulary.Parameters);
        }

        return page.ToString();
    }

    private static void Append(StringBuilder page, VocabularyStep step)
    {
        page.Append($"\n### {step.Keyword} {step.Pattern}\n\n");
        if (step.Does.Length > 0)
        {
            page.Append(step.Does).Append("\n\n");
        }

        if (step.Example.Length > 0)
        {
            string[] lines = step.Example.Split('\n');
            page.Append("```gherkin\n").Append($"{step.Keyword} {lines[0]}\n");
            page.AppendJoin("", lines.Skip(1).Select(line => $"  {line}\n")).Append("```\n");
        }
    }

    private static void AppendTable(StringBuilder page, string heading, IEnumerable<VocabularyWord> words)
    {
        page.Append($"\n| {heading} | Meaning |\n| --- | --- |\n");
        foreach (VocabularyWord word in words)
        {
            page.Append($"| `{word.Words}` | {word.Does} |\n");
        }
    }
}
