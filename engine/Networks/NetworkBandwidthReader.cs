using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;

namespace Lab.Engine.Networks;

/// <summary>Checks <c>&lt;bandwidth&gt;</c> of networks and port groups, which is not interpreted.</summary>
internal sealed class NetworkBandwidthReader(NetworkValues values, Findings findings)
{
    /// <param name="ofNetwork">The network's own, rather than a port group's.</param>
    /// <param name="fits">The network has one bridge on which all its traffic can be counted.</param>
    public void Check(DocumentElement? element, bool ofNetwork, bool fits)
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
