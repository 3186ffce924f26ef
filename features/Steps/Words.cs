using System.Collections.Immutable;
using Lab.Contract.Bindings;
using Lab.Contract.Testbeds;
using Lab.Contract.Traffic;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>The parameter types that the steps share.</summary>
[Binding]
public static class Words
{
    /// <summary>Words that mean guests without being the name of one are no names.</summary>
    private const string Name = @"(?!(?:nobody|everybody|only)\b)[A-Za-z][A-Za-z0-9_\-]*";

    [ParameterType("guest", Name, Does = "the name of a guest: letters, digits, - and _")]
    public static GuestName Guest(string text) => new(text);

    [ParameterType("guests", $"{Name}(?:, {Name})*(?: and {Name})?", Does = "one or several guests: bob, carol and dave")]
    public static ImmutableArray<GuestName> Guests(string text) => text == "nobody" ? []
        : [.. text.Replace(" and ", ", ", StringComparison.Ordinal).Split(", ").Select(name => new GuestName(name))];

    [ParameterType("mac", "[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5}", Does = "a MAC address")]
    public static MacAddress Mac(string text) => MacAddress.Parse(text);

    [ParameterType("addresses", @"[0-9A-Fa-f.:]+(?:(?:, | and )[0-9A-Fa-f.:]+)*", Does = "one or several IP addresses: 192.0.2.1 and 192.0.2.2")]
    public static ImmutableArray<string> Addresses(string text) =>
        [.. text.Replace(" and ", ", ", StringComparison.Ordinal).Split(", ", StringSplitOptions.TrimEntries)];

    [ParameterType("frame", @"(?:an?|\d+) .+", Does = "frames in words: a UDP datagram to bob port 53 with TTL 1; see 'Frames' below")]
    public static FramePhrase Frame(string text) => new(text);
}
