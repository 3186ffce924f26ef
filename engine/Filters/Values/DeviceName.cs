using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Packets;

namespace Lab.Engine.Filters.Values;

/// <summary>Device names inside documents.</summary>
internal static class DeviceName
{
    /// <summary>Reports a name that no device can have, and returns null.</summary>
    public static InterfaceName? Read(DocumentAttribute attribute, Findings findings)
    {
        if (InterfaceName.TryParse(attribute.Value, out InterfaceName name))
        {
            return name;
        }

        findings.Add(DiagnosticTable.DeviceName, attribute.Position, $"'{attribute.Value}' cannot be the name of a network device");
        return null;
    }
}
