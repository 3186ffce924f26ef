using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Values;

namespace Lab.Engine.Filters;

/// <summary>Reads <c>&lt;filterref&gt;</c>, which filters, interfaces and bindings have in common.</summary>
public static class ReferenceReader
{
    public static ReferenceEntry Read(DocumentElement element, Findings findings)
    {
        ElementReader reference = new(element, findings);
        string filter = reference.Required("filter")?.Value ?? "";
        ParameterSet parameters = ParameterSet.Empty;
        foreach (DocumentElement child in reference.Children("parameter"))
        {
            parameters = ReadParameter(new(child, findings), parameters);
        }

        reference.ReportTheRest();
        return new(filter, parameters, element.Position);
    }

    /// <summary>What libvirt would skip in silence is skipped with a warning (quirk 7).</summary>
    private static ParameterSet ReadParameter(ElementReader parameter, ParameterSet parameters)
    {
        DocumentAttribute? name = parameter.Optional("name");
        DocumentAttribute? value = parameter.Optional("value");
        parameter.ReportTheRest();
        if (WhySkipped(name, value) is { } why)
        {
            parameter.Findings.Add(DiagnosticTable.ParameterSkipped, parameter.Position, why);
            return parameters;
        }

        return parameters.Append(name!.Value, new(value!.Value, value.Position));
    }

    private static string? WhySkipped(DocumentAttribute? name, DocumentAttribute? value) =>
        name is null ? "a parameter without name is skipped"
        : value is null or { Value: "" } ? $"the parameter '{name.Value}' has no value and is skipped"
        : !name.Value.All(VariableSyntax.IsNameCharacter) ? $"the parameter is skipped, because '{name.Value}' cannot be a variable's name"
        : !value.Value.All(VariableSyntax.IsValueCharacter) ? $"the parameter '{name.Value}' is skipped, because a value cannot be '{value.Value}'"
        : null;
}
