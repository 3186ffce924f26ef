using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;

namespace Lab.Engine.Filters.Interfaces;

/// <summary>Reads <c>&lt;port isolated='…'/&gt;</c> of an interface or a network.</summary>
internal static class PortIsolation
{
    public static bool Read(DocumentElement element, Findings findings)
    {
        ElementReader port = new(element, findings);
        DocumentAttribute? isolated = port.Optional("isolated");
        port.ReportTheRest();
        if (isolated is not null && isolated.Value is not ("yes" or "no"))
        {
            findings.Add(DiagnosticTable.IllegalValue, isolated.Position, $"'{isolated.Value}' is not a value of 'isolated'", "write 'yes' or 'no'");
        }

        return isolated?.Value == "yes";
    }
}
