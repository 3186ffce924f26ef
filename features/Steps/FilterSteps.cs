using System.Globalization;
using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Engine.Filters;
using Lab.Engine.Packets;
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

    [Given("the ipset(s)", Does = "Makes ipsets of type hash:net in the host's kernel, which filters may name. Columns: ipset, members (addresses and "
        + "networks of one version of IP, separated by commas).", Example = "the ipset\n| ipset   | members                 |\n| friends | 192.0.2.7, 10.0.0.0/24 |")]
    public void MakeSets(DataTable sets) => scene.Draft.IpSets = [.. scene.Draft.IpSets, .. sets.Rows.Select(SetOf)];

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

    private static AddressSet SetOf(DataRow row)
    {
        (IpNumber Address, int Length)[] members =
        [
            .. row["members"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text => MemberOf(row, text)),
        ];
        bool version6 = members.Any(member => member.Address.Version6);
        return members.All(member => member.Address.Version6 == version6)
            ? new(row["ipset"], version6, [.. members.Select(member => (member.Address.Bits, member.Length))])
            : throw new ScenarioMistakeException(row.Position, $"the ipset {row["ipset"]} has members of both versions of IP");
    }

    private static (IpNumber Address, int Length) MemberOf(DataRow row, string text)
    {
        (string first, string? second) = text.Split('/', 2) is [var one, var other] ? (one, other) : (text, null);
        int length = 0;
        bool read = IpNumber.TryParse(first, out IpNumber address) && (second is null || int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out length));
        int whole = address.Version6 ? 128 : 32;
        length = second is null ? whole : length;
        return read && length <= whole && length > 0 ? (address, length)
            : throw new ScenarioMistakeException(row.Position, $"'{text}' is neither an address nor a network");
    }

    private void Define(string file, string text)
    {
        ReadResult read = FilterReader.Read(file, text, scene.Draft.Meaning == Meaning.Strict);
        scene.Draft.Define(scene.Understood(read.Filter, read.Diagnostics));
    }
}
