using System.Collections.Immutable;
using System.Text;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Values;

namespace Lab.Engine.Filters;

/// <summary>
/// Writes a filter in libvirt's canonical layout (nwfilter.md section 1.7): equal filters give equal text, and reading
/// the text gives the filter again.
/// </summary>
/// <remarks>
/// It differs from <c>virsh nwfilter-dumpxml</c> where libvirt's text does not mean the filter any more: a priority of 0
/// is written when the chain's own is another, names are escaped, and what libvirt drops or bends (quirks 9, 15, 17) is
/// written as it was read.
/// </remarks>
public static class FilterWriter
{
    /// <summary>Ends with a line feed.</summary>
    public static string Write(FilterDefinition filter)
    {
        StringBuilder text = new();
        text.Append($"<filter name='{XmlEscape.Escape(filter.Name)}' chain='{filter.Chain}'");
        if (filter.ChainPriority != 0 || filter.Chain.DefaultPriority != 0)
        {
            text.Append($" priority='{filter.ChainPriority}'");
        }

        text.Append(">\n");
        if (filter.Uuid is { } uuid)
        {
            text.Append($"  <uuid>{uuid}</uuid>\n");
        }

        foreach (FilterEntry entry in filter.Entries)
        {
            if (entry is RuleEntry rule)
            {
                WriteRule(text, rule);
            }
            else
            {
                WriteReference(text, (ReferenceEntry)entry, "  ");
            }
        }

        return text.Append("</filter>\n").ToString();
    }

    /// <summary>The element with its parameters, as filters, interfaces and bindings have it.</summary>
    internal static void WriteReference(StringBuilder text, ReferenceEntry reference, string indent)
    {
        text.Append($"{indent}<filterref filter='{XmlEscape.Escape(reference.Filter)}'");
        if (reference.Parameters.Values.IsEmpty)
        {
            text.Append("/>\n");
            return;
        }

        text.Append(">\n");
        foreach ((string name, ImmutableArray<ParameterValue> values) in reference.Parameters.Values)
        {
            foreach (ParameterValue value in values)
            {
                text.Append($"{indent}  <parameter name='{name}' value='{value.Text}'/>\n");
            }
        }

        text.Append($"{indent}</filterref>\n");
    }

    private static void WriteRule(StringBuilder text, RuleEntry rule)
    {
        text.Append($"  <rule action='{Words.Of(rule.Action)}' direction='{Words.Of(rule.Direction)}' priority='{rule.Priority}'");
        if (!rule.StateMatch)
        {
            text.Append(" statematch='false'");
        }

        if (rule.Protocol is null)
        {
            text.Append("/>\n");
            return;
        }

        text.Append(">\n");
        WriteProtocol(text, rule.Protocol.Name, rule.Attributes);
        text.Append("  </rule>\n");
    }

    /// <summary>One element, and a further one wherever the sign changes from one attribute to the next.</summary>
    private static void WriteProtocol(StringBuilder text, string protocol, ImmutableArray<AttributeMatch> attributes)
    {
        if (attributes.IsEmpty)
        {
            text.Append($"    <{protocol}/>\n");
            return;
        }

        bool? sign = null;
        foreach (AttributeMatch attribute in attributes)
        {
            if (sign != attribute.Negated)
            {
                text.Append(sign is null ? "" : "/>\n").Append($"    <{protocol}{(attribute.Negated ? " match='no'" : "")}");
                sign = attribute.Negated;
            }

            text.Append($" {attribute.Attribute.Name}='{XmlEscape.Escape(ValueGrammar.Print(attribute.Attribute, attribute.Value))}'");
        }

        text.Append("/>\n");
    }
}
