using System.Globalization;
using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Values;
using Lab.Engine.Packets;

namespace Lab.Engine.Networks;

/// <summary>Reads the values that attributes of network documents have; what is none is reported at its position.</summary>
internal sealed class NetworkValues(Findings findings)
{
    public bool YesNo(DocumentAttribute? attribute, bool absent = false)
    {
        if (attribute is not null && attribute.Value is not ("yes" or "no"))
        {
            Illegal(attribute.Position, $"'{attribute.Value}' is not a value of '{attribute.Name}'", "write 'yes' or 'no'");
        }

        return attribute is null ? absent : attribute.Value == "yes";
    }

    /// <summary>Null when there is none, or it is reported.</summary>
    public uint? Number(DocumentAttribute? attribute, uint maximum, uint minimum = 0)
    {
        if (attribute is null)
        {
            return null;
        }

        if (CNumber.TryReadUnsigned(attribute.Value, 10, out uint number) && number >= minimum && number <= maximum)
        {
            return number;
        }

        Illegal(attribute.Position, $"'{attribute.Value}' is not a value of '{attribute.Name}'",
            string.Create(CultureInfo.InvariantCulture, $"write a number from {minimum} to {maximum}"));
        return null;
    }

    /// <param name="version6">Null takes both families.</param>
    /// <param name="whose">For the finding when it is of the other family.</param>
    public IpNumber? Address(DocumentAttribute attribute, bool? version6 = null, string whose = "")
    {
        if (!IpNumber.TryParse(attribute.Value, out IpNumber number))
        {
            Illegal(attribute.Position, $"'{attribute.Value}' is not an address", "write an IPv4 or IPv6 address");
            return null;
        }

        if (version6 is { } family && number.Version6 != family)
        {
            findings.Add(DiagnosticTable.AddressFamily, attribute.Position, $"{number} is not {whose}");
            return null;
        }

        return number;
    }

    public Ipv4Address? Ipv4(DocumentAttribute attribute) => Address(attribute, version6: false, "an IPv4 address")?.ToIpv4();

    public InterfaceName Device(DocumentAttribute attribute)
    {
        if (!InterfaceName.TryParse(attribute.Value, out InterfaceName name))
        {
            findings.Add(DiagnosticTable.DeviceName, attribute.Position, $"'{attribute.Value}' is not a name that a network device can have");
        }

        return name;
    }

    public void CheckTrust(ElementReader owner)
    {
        if (owner.Optional("trustGuestRxFilters") is { } trust && YesNo(trust))
        {
            NotInterpreted(trust.Position, "trust in a guest's receive filter");
        }
    }

    public void Illegal(SourcePosition position, string message, string help) =>
        findings.Add(DiagnosticTable.IllegalValue, position, message, help);

    public void OtherMode(SourcePosition position, string message) => findings.Add(DiagnosticTable.OptionForOtherMode, position, message);

    public void Once(SourcePosition position, string message) => findings.Add(DiagnosticTable.OnlyOnce, position, message);

    public void Order(SourcePosition position, string message) => findings.Add(DiagnosticTable.RangeOrder, position, message);

    /// <summary>Something that is understood, and has no part in where the simulator and the kernel testbed send frames.</summary>
    public void NotInterpreted(SourcePosition position, string what) => findings.Add(DiagnosticTable.NotInterpreted, position, $"{what} is not interpreted");
}
