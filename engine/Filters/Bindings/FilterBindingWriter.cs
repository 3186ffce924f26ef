using System.Text;
using Lab.Engine.Documents;

namespace Lab.Engine.Filters.Bindings;

/// <summary>Writes a binding in the layout of <c>virsh nwfilter-binding-dumpxml</c>.</summary>
public static class FilterBindingWriter
{
    /// <summary>Ends with a line feed.</summary>
    public static string Write(FilterBinding binding)
    {
        StringBuilder text = new();
        text.Append($"""
            <filterbinding>
              <owner>
                <name>{XmlEscape.Escape(binding.Owner.Name)}</name>
                <uuid>{binding.Owner.Uuid}</uuid>
              </owner>
              <portdev name='{XmlEscape.Escape(binding.Port.ToString())}'/>

            """);
        if (binding.Link is { } link)
        {
            text.Append($"  <linkdev name='{XmlEscape.Escape(link.ToString())}'/>\n");
        }

        text.Append($"  <mac address='{binding.Mac}'/>\n");
        FilterWriter.WriteReference(text, binding.Filter, "  ");
        return text.Append("</filterbinding>\n").ToString();
    }
}
