using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Programs;

namespace Lab.Steps;

/// <summary>Steps that define filters; the stock filters are always there.</summary>
[Binding("Filters")]
public sealed class FilterSteps(Scene scene, ScenarioInfo scenario)
{
    [Given("the filter", Does = "Defines the filter whose XML stands below; a filter of the same name is replaced.",
        Example = "the filter\n\"\"\"xml\n<filter name='no-telnet'>\n  <rule action='drop' direction='out'><tcp dstportstart='23'/></rule>\n</filter>\n\"\"\"")]
    public void Define(DocString xml) => Define(xml.Position.File, InPlace(xml));

    [Given("filters in {word} meaning", Does = "What every filter means: libvirt, which is the default, or strict, that is what a careful author expects; the filter reference lists the differences. Documents below this step are read that way too.",
        Example = "filters in strict meaning")]
    public void Mean(string meaning) => scene.Draft.Meaning = Enum.TryParse(meaning, ignoreCase: true, out Meaning known) ? known
        : throw new ScenarioMistakeException($"'{meaning}' is no meaning; there is libvirt and strict");

    [Given("the filter file {string}", Does = "Defines the filter in this file; the path starts from the feature's folder.",
        Example = "the filter file \"filters/no-telnet.xml\"")]
    public void DefineFile(string path)
    {
        string file = Path.Combine(scenario.Directory, path);
        try
        {
            Define(path, File.ReadAllText(file));
        }
        catch (IOException unreadable)
        {
            throw new ScenarioMistakeException(unreadable.Message, unreadable);
        }
    }

    private void Define(string file, string text)
    {
        ReadResult read = FilterReader.Read(file, text, scene.Draft.Meaning == Meaning.Strict);
        scene.Draft.Define(read.Filter ?? throw new ScenarioMistakeException(
            [.. read.Diagnostics.Where(found => found.Severity == Severity.Error)]));
    }

    /// <summary>The text moved to where it stands in the feature, so that the reader's positions are the feature's.</summary>
    /// <remarks>An XML declaration has to come first in a document; it is taken out, and says nothing that is needed.</remarks>
    private static string InPlace(DocString xml)
    {
        string indent = new(' ', Math.Max(0, xml.Position.Column - 1));
        string[] lines = xml.Text.Split('\n');
        if (lines[0].StartsWith("<?xml", StringComparison.Ordinal) && lines[0].IndexOf("?>", StringComparison.Ordinal) is var end and > 0)
        {
            lines[0] = new string(' ', end + 2) + lines[0][(end + 2)..];
        }

        return new string('\n', xml.Position.Line - 1) + string.Join('\n', lines.Select(line => indent + line));
    }
}
