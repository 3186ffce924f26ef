using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Packets;

namespace Lab.Engine.Filters.Values;

/// <summary><c>&lt;mac address='…'/&gt;</c> of interfaces and bindings: the address of one guest.</summary>
internal static class MacElement
{
    /// <summary>Null when there is no element, or when it holds no such address, which is reported.</summary>
    public static MacAddress? Read(DocumentElement? element, Findings findings)
    {
        if (element is null)
        {
            return null;
        }

        ElementReader mac = new(element, findings);
        DocumentAttribute? address = mac.Required("address");
        mac.ReportTheRest();
        if (address is null)
        {
            return null;
        }

        if (!MacAddress.TryParse(address.Value, out MacAddress value))
        {
            findings.Add(DiagnosticTable.IllegalValue, address.Position, $"'{address.Value}' is not a MAC address",
                "write six groups of hexadecimal digits such as 52:54:00:12:34:56");
            return null;
        }

        if (value.IsGroup)
        {
            findings.Add(DiagnosticTable.GroupMac, address.Position, $"{value} is a group address");
        }

        return value;
    }
}
