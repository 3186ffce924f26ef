using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>Steps that say what arrives, where it is no longer what was sent: routed, translated, answered.</summary>
[Binding("Packets")]
public sealed class PacketSteps(Scene scene)
{
    [Then("{guest} gets {string}", Does = "Exactly this came out of the station's port since the last sending; several packets are separated "
        + "by semicolons, and an asterisk stands for any number, hexadecimal digits included.", Example = "L gets \"UDP 10.0.0.2:* > 10.0.0.9:53 ttl 63\"")]
    public void Gets(GuestName at, string packets)
    {
        string[] wanted = packets.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] came = At(scene.Draft.Find(at).Name);
        if (wanted.Length != came.Length || wanted.Zip(came).Any(pair => !PacketWords.Fits(pair.First, pair.Second)))
        {
            throw new ExpectationException($"{at} should get {Said(wanted)}, and got {Said(came)}");
        }
    }

    [Then("nobody else gets anything", Does = "What the scenario has not named with 'gets' received nothing since the last sending; use it last.",
        Example = "nobody else gets anything")]
    public void NobodyElse()
    {
        GuestName[] unnamed = [.. scene.Draft.Guests.Select(guest => guest.Name).Where(name => _about != scene.Last || !_named.Contains(name))];
        string[] others = [.. unnamed
            .SelectMany(name => At(name).Select(packet => $"{name} got {packet}"))];
        if (others.Length > 0)
        {
            throw new ExpectationException($"nobody else should get anything, and {string.Join("; ", others)}");
        }
    }

    [Then("nothing arrives", Does = "Nothing came out of any port since the last sending.", Example = "nothing arrives")]
    public void Nothing()
    {
        _about = null;
        NobodyElse();
    }

    [Then("every frame at {guest} comes from the MAC {mac}", Does = "What came out of the station's port since the last sending carries this "
        + "source address.", Example = "every frame at provider comes from the MAC 52:54:00:00:00:e0")]
    public void From(GuestName at, MacAddress mac)
    {
        MacAddress[] others = [.. scene.Last.Seen.Deliveries.Where(delivery => delivery.At == at)
            .Select(delivery => MacAddress.Read(delivery.Frame.Span[MacAddress.Length..])).Where(source => source != mac).Distinct()];
        if (others.Length > 0)
        {
            throw new ExpectationException($"every frame at {at} should come from {mac}, and some come from {Listing.Of(others)}");
        }
    }

    [Then("{guests} get(s) it unchanged", Does = "What was sent arrives byte for byte at these stations and at no other.", Example = "g2 gets it unchanged")]
    public void Unchanged(System.Collections.Immutable.ImmutableArray<GuestName> guests) => new DeliverySteps(scene).Only(guests);

    private readonly HashSet<GuestName> _named = [];
    private Exchange? _about;

    private string[] At(GuestName name)
    {
        if (_about != scene.Last)
        {
            _about = scene.Last;
            _named.Clear();
        }

        _ = _named.Add(name);
        return [.. scene.Last.Seen.Deliveries.Where(delivery => delivery.At == name).Select(delivery => PacketWords.Of(delivery.Frame.Span))];
    }

    private static string Said(string[] packets) => packets.Length == 0 ? "nothing" : string.Join("; ", packets);
}
