using System.Globalization;
using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Contract.Traffic;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Steps;

/// <summary>Steps that look into the frames that arrived.</summary>
[Binding("Expectations")]
public sealed class FieldSteps(Scene scene)
{
    [Then("{guest} receives {int} frame(s)", Does = "So many frames in all came out of the guest's port since the last sending.",
        Example = "carol receives 2 frames")]
    public void Count(GuestName guest, int count)
    {
        if (Arrived(guest).Length is var arrived && arrived != count)
        {
            throw new ExpectationException($"{guest} should receive {count} frames, and received {arrived}");
        }
    }

    [Then("{guest} receives from {guest} {frame}", Does = "Exactly this frame, as the other guest would send it, came out of the guest's port.",
        Example = "alice receives from bob an ARP reply to alice")]
    public void ReceivesFrom(GuestName guest, GuestName sender, FramePhrase phrase)
    {
        byte[][] wanted = [.. phrase.Build(scene.Draft.Find(sender), scene.Draft)];
        if (wanted.Any(frame => !Arrived(guest).Any(delivery => delivery.Frame.Span.SequenceEqual(frame))))
        {
            throw new ExpectationException($"{guest} should receive {phrase.Text} from {sender}, and did not");
        }
    }

    [Then("{guest} receives in this order", Does = "These frames, each as its sender would send it, came out of the guest's port one after "
        + "the other, and none besides. Columns: from, frame.",
        Example = "bob receives in this order\n| from  | frame                 |\n| alice | a UDP datagram to bob |")]
    public void InOrder(GuestName guest, DataTable table)
    {
        byte[][] wanted = [.. table.Rows.SelectMany(row =>
            new FramePhrase(row["frame"]).Build(scene.Draft.Find(new(row["from"])), scene.Draft))];
        Delivery[] arrived = Arrived(guest);
        int same = wanted.Zip(arrived).TakeWhile(pair => pair.Second.Frame.Span.SequenceEqual(pair.First)).Count();
        if (same < wanted.Length || arrived.Length != wanted.Length)
        {
            throw new ExpectationException(
                $"{guest} should receive these {wanted.Length} frames in this order, and received {arrived.Length}, of which the first {same} are right");
        }
    }

    [Then("what {guest} receives has", Does = "Every frame that came out of the guest's port since the last sending has these values. Fields "
        + "are called as in nftables: ether saddr, ether type, vlan id, arp operation, ip saddr, ip protocol, sport, dport, ip6 daddr …",
        Example = "what bob receives has\n| field    | value      |\n| ip saddr | 192.0.2.10 |\n| dport    | 53         |")]
    public void Has(GuestName guest, DataTable table)
    {
        Delivery[] arrived = Arrived(guest);
        if (arrived.Length == 0)
        {
            throw new ExpectationException($"{guest} should receive something, and received nothing");
        }

        string[] wrong = [.. table.Rows.SelectMany(row => arrived.Select(delivery => Complaint(row, delivery)).OfType<string>())];
        if (wrong.Length > 0)
        {
            throw new ExpectationException(string.Join('\n', wrong));
        }
    }

    private static string? Complaint(DataRow row, Delivery delivery)
    {
        FieldInfo field = FieldTable.All.ToArray().FirstOrDefault(field => field.Name == row["field"])
            ?? throw new ScenarioMistakeException(row.Position,
                $"no field is called '{row["field"]}'; there is {Listing.Of(FieldTable.All.ToArray().Select(known => known.Name))}");
        string actual = FieldReader.TryRead(delivery.Frame.Span, field.Field, out UInt128 bits) == FieldPresence.Present
            ? Text(field, bits) : "not there";
        return actual == Text(field, Parse(field, row)) ? null : $"{row.Position}: {field.Name} should be {row["value"]}, and is {actual}";
    }

    private static string Text(FieldInfo field, UInt128 bits) => field.Bits switch
    {
        48 => MacAddress.FromBits((ulong)bits).ToString(),
        128 => new Ipv6Address(bits).ToString(),
        32 when IsAddress(field) => new Ipv4Address((uint)bits).ToString(),
        _ => bits.ToString(CultureInfo.InvariantCulture),
    };

    private static UInt128 Parse(FieldInfo field, DataRow row)
    {
        string text = row["value"];
        return field.Bits == 48 && MacAddress.TryParse(text, out MacAddress mac) ? mac.Bits
            : field.Bits == 128 && Ipv6Address.TryParse(text, out Ipv6Address six) ? six.Bits
            : IsAddress(field) && Ipv4Address.TryParse(text, out Ipv4Address four) ? four.Bits
            : text.StartsWith("0x", StringComparison.Ordinal)
                && UInt128.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 hexadecimal) ? hexadecimal
            : UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out UInt128 number) ? number
            : throw new ScenarioMistakeException(row.Position, $"'{text}' is no value of {field.Name}");
    }

    private static bool IsAddress(FieldInfo field) =>
        field.Field is Field.Ipv4Source or Field.Ipv4Destination or Field.ArpSenderIp or Field.ArpTargetIp;

    private Delivery[] Arrived(GuestName guest)
    {
        GuestName known = scene.Draft.Find(guest).Name;
        return [.. scene.Last.Seen.Deliveries.Where(delivery => delivery.At == known)];
    }
}
