using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;

namespace Lab.Engine.Networks;

/// <summary>Checks <c>&lt;vlan&gt;</c> and <c>&lt;bandwidth&gt;</c> of networks and port groups, neither of which is interpreted.</summary>
internal sealed class NetworkTrafficReader(NetworkValues values, Findings findings)
{
    private const uint HighestVlan = 4095;

    /// <param name="fits">Guests of this network have ports that can carry tags: Open vSwitch, a device passed through.</param>
    public void CheckVlan(DocumentElement? element, bool fits)
    {
        if (element is null)
        {
            return;
        }

        ElementReader vlan = new(element, findings);
        bool trunk = values.YesNo(vlan.Optional("trunk"));
        ElementReader[] tags = [.. vlan.Children("tag").Select(tag => new ElementReader(tag, findings))];
        vlan.ReportTheRest();
        int native = 0;
        foreach (ElementReader tag in tags)
        {
            _ = values.Number(tag.Required("id"), HighestVlan);
            if (tag.Optional("nativeMode") is { } mode)
            {
                CheckNative(mode, first: ++native == 1);
            }

            tag.ReportTheRest();
        }

        if (tags.Length == 0)
        {
            findings.Add(DiagnosticTable.MissingElement, element.Position, "<vlan> needs a <tag>");
        }

        if (tags.Length > 1 && !trunk && vlan.Optional("trunk") is { } single)
        {
            values.Illegal(single.Position, "several tags make a trunk", "write trunk='yes', or leave one tag");
        }

        if (!fits)
        {
            values.OtherMode(element.Position, "the ports of such a network carry no tags");
        }

        values.NotInterpreted(element.Position, "<vlan>");
    }

    /// <param name="ofNetwork">The network's own, rather than a port group's.</param>
    /// <param name="fits">The network has one bridge on which all its traffic can be counted.</param>
    public void CheckBandwidth(DocumentElement? element, bool ofNetwork, bool fits)
    {
        if (element is null)
        {
            return;
        }

        ElementReader bandwidth = new(element, findings);
        foreach (string direction in (string[])["inbound", "outbound"])
        {
            if (bandwidth.Child(direction) is { } child)
            {
                CheckRate(new(child, findings), mayHaveFloor: !ofNetwork && direction == "inbound");
            }
        }

        bandwidth.ReportTheRest();
        if (ofNetwork && !fits)
        {
            values.OtherMode(element.Position, "the traffic of such a network is nowhere together");
        }

        values.NotInterpreted(element.Position, "<bandwidth>");
    }

    private void CheckNative(DocumentAttribute mode, bool first)
    {
        if (mode.Value is not ("tagged" or "untagged"))
        {
            values.Illegal(mode.Position, $"'{mode.Value}' is not a value of 'nativeMode'", "write 'tagged' or 'untagged'");
        }

        if (!first)
        {
            values.Once(mode.Position, "a trunk has one native tag");
        }
    }

    private void CheckRate(ElementReader rate, bool mayHaveFloor)
    {
        DocumentAttribute? floor = rate.Optional("floor"), average = floor is null ? rate.Required("average") : rate.Optional("average");
        foreach (DocumentAttribute number in new[] { average, floor, rate.Optional("peak"), rate.Optional("burst") }.OfType<DocumentAttribute>())
        {
            _ = values.Number(number, uint.MaxValue);
        }

        if (floor is not null && !mayHaveFloor)
        {
            values.OtherMode(floor.Position, "only a guest's inbound traffic has a floor");
        }

        rate.ReportTheRest();
    }
}
