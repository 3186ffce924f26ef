using System.Text;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;

namespace Lab.Fuzz;

/// <summary>A case as a feature that can be run as it stands.</summary>
internal static class FeatureWriter
{
    private const string Fence = "\"\"\"";

    /// <param name="expected">Whose word the expectations are; every frame's receivers according to it.</param>
    public static string Write(string title, Case @case, Observation expected)
    {
        StringBuilder text = new();
        text.AppendLine($"Feature: {title}").AppendLine().AppendLine($"  Scenario: {title}");
        foreach (FilterDefinition filter in @case.Topology.Filters.Values.OrderBy(filter => filter.Name, StringComparer.Ordinal))
        {
            text.AppendLine("    Given the filter").AppendLine($"      {Fence}xml");
            Indented(text, FilterWriter.Write(filter));
            text.AppendLine($"      {Fence}");
        }

        WriteGuests(text, @case.Topology);
        foreach (Stimulus stimulus in @case.Stimuli)
        {
            WriteFrame(text, stimulus, expected);
        }

        return text.ToString();
    }

    private static void WriteGuests(StringBuilder text, Topology topology)
    {
        if (topology.Host is not null)
        {
            text.AppendLine("    # Not on a bridge alone: nwlab fuzz with --topology, --first and --cases 1 makes the case again.");
        }

        text.AppendLine("    Given a bridge with guests").AppendLine("      | guest | MAC | filter | parameters |");
        foreach (Guest guest in topology.Guests)
        {
            string parameters = guest.Filter is null ? "" : string.Join(' ', guest.Filter.Parameters.Values.Select(list =>
                $"{list.Key}={string.Join(',', list.Value.Select(value => value.Text))}"));
            text.AppendLine($"      | {guest.Name} | {guest.Mac} | {guest.Filter?.Filter} | {parameters} |");
        }
    }

    private static void WriteFrame(StringBuilder text, Stimulus stimulus, Observation expected)
    {
        text.AppendLine($"    When {stimulus.From} sends the bytes").AppendLine($"      {Fence}");
        foreach (char[] line in Convert.ToHexString(stimulus.Frame.Span).ToLowerInvariant().Chunk(64))
        {
            text.AppendLine($"      {string.Join(' ', line.Chunk(4).Select(word => new string(word)))}");
        }

        text.AppendLine($"      {Fence}");
        string[] receivers =
        [
            .. expected.Deliveries.Where(delivery => delivery.Frame.Span.SequenceEqual(stimulus.Frame.Span))
                .Select(delivery => delivery.At.Text).Distinct(StringComparer.Ordinal),
        ];
        text.AppendLine(receivers.Length == 0
            ? "    Then nobody receives it"
            : $"    Then only {string.Join(" and ", receivers)} receive{(receivers.Length == 1 ? "s" : "")} it");
    }

    private static void Indented(StringBuilder text, string lines)
    {
        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            text.AppendLine($"      {line}");
        }
    }
}
