using System.Text.RegularExpressions;
using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Engine.Packets;

namespace Lab.Contract.Traffic;

/// <summary>
/// Frames in a tester's words: <c>a UDP datagram to bob port 53 with source address 192.0.2.9 and TTL 1</c>.
/// </summary>
/// <remarks>
/// <code>
///  (a | an | NUMBER) [IPv6] KIND [to | for TARGET] [port N] [from port N] [with DETAIL VALUE {, | and DETAIL VALUE}]
/// </code>
/// The kinds are in <see cref="FrameKind"/>, the details in <see cref="FrameDetail"/>; a target is a guest, everybody, or
/// an address. The value <c>of bob</c> takes over what belongs to that guest.
/// </remarks>
public sealed partial record FramePhrase(string Text)
{
    private const int MostFrames = 500; // a tap holds 1000 unread frames, and some of them go to several guests

    private static readonly Regex Details = new(
        $"(?:^|,\\s*|\\s+and\\s+)(?<detail>{string.Join('|', FrameDetail.All.Select(detail => detail.Words))})" +
        "\\s+(?:of\\s+(?<guest>[\\w-]+)|\"(?<value>[^\"]*)\"|(?<value>(?:[^\\s,]|,(?=\\S))+))", RegexOptions.IgnoreCase);

    /// <summary>The frames that the guest sends, one after the other; several of a kind differ in nothing.</summary>
    /// <exception cref="ScenarioMistakeException">The phrase says something that no frame can have, or nothing we know.</exception>
    public IReadOnlyList<byte[]> Build(GuestDraft sender, TopologyDraft draft)
    {
        Match phrase = Grammar().Match(Text);
        string words = phrase.Groups["kind"].Value;
        FrameKind kind = Array.Find(FrameKind.All, kind => IsCalled(kind, words)) ?? throw new ScenarioMistakeException(
            $"'{Text}' names no kind of frame; there is {Listing.Of(FrameKind.All.Select(kind => kind.Words))}");
        FrameSketch sketch = new(sender) { OverIpv6 = phrase.Groups["six"].Success };
        if (phrase.Groups["target"] is { Success: true, Value: var target })
        {
            sketch.Target = Target(target, draft);
        }
        else if (kind.NeedsTarget)
        {
            throw new ScenarioMistakeException($"'{Text}' does not say to whom");
        }

        Fill(sketch, phrase, draft);
        byte[] frame = kind.Build(sketch);
        return [.. Enumerable.Repeat(frame, Count(phrase.Groups["count"].Value))];
    }

    private static void Fill(FrameSketch sketch, Match phrase, TopologyDraft draft)
    {
        Set("destination port", phrase.Groups["port"]);
        Set("source port", phrase.Groups["from"]);
        string details = phrase.Groups["details"].Value;
        int understood = 0;
        foreach (Match detail in Details.Matches(details).Where(match => match.Index == understood))
        {
            understood += detail.Length;
            string words = detail.Groups["detail"].Value;
            string value = detail.Groups["guest"] is { Success: true, Value: var name }
                ? Of(draft.Find(new(name)), words) : detail.Groups["value"].Value;
            Array.Find(FrameDetail.All, known => known.Words.Equals(words, StringComparison.OrdinalIgnoreCase))!.Set(sketch, value);
        }

        if (understood != details.Length)
        {
            throw new ScenarioMistakeException(
                $"'{details[understood..].Trim()}' is no detail of a frame; there is {Listing.Of(FrameDetail.All.Select(detail => detail.Words))}");
        }

        void Set(string words, Group value)
        {
            if (value.Success)
            {
                Array.Find(FrameDetail.All, detail => detail.Words == words)!.Set(sketch, value.Value);
            }
        }
    }

    private static string Of(GuestDraft guest, string words) =>
        words.EndsWith("MAC", StringComparison.OrdinalIgnoreCase) ? guest.Mac.ToString()
        : words.EndsWith("address", StringComparison.OrdinalIgnoreCase) && !guest.Ipv4.IsEmpty ? guest.Ipv4[0].ToString()
        : throw new ScenarioMistakeException($"{guest.Name} has no {words}");

    private static FrameTarget Target(string text, TopologyDraft draft)
    {
        if (text is "everybody")
        {
            return new(MacAddress.Broadcast, new Ipv4Address(uint.MaxValue), Ipv6Address.Parse("ff02::1"));
        }

        if (Ipv4Address.TryParse(text, out Ipv4Address four))
        {
            return draft.Guests.FirstOrDefault(guest => guest.Ipv4.Contains(four)) is { } owner
                ? new(owner.Mac, four, null) : new(four.IsMulticast() ? four.GroupMac() : MacAddress.Broadcast, four, null);
        }

        if (Ipv6Address.TryParse(text, out Ipv6Address six))
        {
            return draft.Guests.FirstOrDefault(guest => guest.FirstIpv6 == six || guest.Ipv6.Contains(six)) is { } owner
                ? new(owner.Mac, null, six) : new(six.IsMulticast() ? six.GroupMac() : MacAddress.Broadcast, null, six);
        }

        if (MacAddress.TryParse(text, out MacAddress mac))
        {
            return new(mac, null, null);
        }

        GuestDraft guest = draft.Find(new(text));
        return new(guest.Mac, guest.Ipv4.IsEmpty ? null : guest.Ipv4[0], guest.FirstIpv6);
    }

    private static bool IsCalled(FrameKind kind, string words) =>
        words.Equals(kind.Words, StringComparison.OrdinalIgnoreCase)
        || words.Equals(kind.Words + "s", StringComparison.OrdinalIgnoreCase)
        || words.Equals(kind.Words.Replace("y", "ie", StringComparison.Ordinal) + "s", StringComparison.OrdinalIgnoreCase);

    private static int Count(string text) => text switch
    {
        "a" or "an" => 1,
        _ when int.TryParse(text, out int count) && count is > 0 and <= MostFrames => count,
        _ => throw new ScenarioMistakeException($"a step sends 1 to {MostFrames} frames, not {text}"),
    };

    [GeneratedRegex("""
        ^(?<count>an?|\d+)\s+(?<six>IPv6\s+)?(?<kind>.+?)
        (?:\s+(?:to|for)\s+(?<target>[\w.:-]+))?
        (?:\s+port\s+(?<port>\S+))?(?:\s+from\s+port\s+(?<from>\S+))?
        (?:\s+with\s+(?<details>.+))?$
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Grammar();
}
