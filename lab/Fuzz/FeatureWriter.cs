using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;

namespace Lab.Fuzz;

/// <summary>A case as a feature that can be run as it stands.</summary>
internal static class FeatureWriter
{
    private const string Fence = "\"\"\"";

    /// <param name="seen">Whose word the expectations are: what came of each frame according to it.</param>
    public static string Write(string title, Case @case, ImmutableArray<Observation> seen)
    {
        StringBuilder text = new();
        text.AppendLine($"Feature: {title}").AppendLine().AppendLine($"  Scenario: {title}");
        foreach (FilterDefinition filter in @case.Topology.Filters.Values.OrderBy(filter => filter.Name, StringComparer.Ordinal))
        {
            text.AppendLine("    Given the filter").AppendLine($"      {Fence}xml");
            Indented(text, FilterWriter.Write(filter));
            text.AppendLine($"      {Fence}");
        }

        foreach (string line in TopologyWriter.Write(@case.Topology))
        {
            text.AppendLine($"    {line}");
        }

        foreach ((Stimulus stimulus, Observation expected) in @case.Stimuli.Zip(seen))
        {
            WriteFrame(text, stimulus, expected);
        }

        return text.ToString();
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
        foreach (IGrouping<GuestName, Delivery> others in expected.Deliveries.GroupBy(delivery => delivery.At).Where(at => at.Count() > 1 || !receivers.Contains(at.Key.Text)))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"    And {others.Key} receives {others.Count()} frame{(others.Count() == 1 ? "" : "s")}");
        }
    }

    private static void Indented(StringBuilder text, string lines)
    {
        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            text.AppendLine($"      {line}");
        }
    }
}
