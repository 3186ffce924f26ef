using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Engine.Filters;
using Lab.Engine.Programs;

namespace Lab.Steps;

/// <summary>Steps that define filters; the stock filters are always there.</summary>
[Binding("Filters")]
public sealed class FilterSteps(Scene scene, ScenarioInfo scenario)
{
    [Given("the filter", Does = "Defines the filter whose XML stands below; a filter of the same name is replaced.",
        Example = "the filter\n\"\"\"xml\n<filter name='no-telnet'>\n  <rule action='drop' direction='out'><tcp dstportstart='23'/></rule>\n</filter>\n\"\"\"")]
    public void Define(DocString xml) => Define(xml.Position.File, xml.InPlace);

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
        scene.Draft.Define(scene.Understood(read.Filter, read.Diagnostics));
    }
}
