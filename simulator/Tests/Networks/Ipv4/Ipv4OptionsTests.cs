using Lab.Engine.Packets;
using Lab.Simulator.Networks.Ipv4;

namespace Lab.Simulator.Tests.Networks.Ipv4;

/// <summary>What a host makes of options (net/ipv4/ip_options.c): which byte it takes offence at, and what it writes.</summary>
public sealed class Ipv4OptionsTests
{
    private static readonly Ipv4OptionEntry Own = new(Ipv4Address.Parse("10.1.2.3"), 0x01020304, address => address == Ipv4Address.Parse("10.1.2.3"));

    [Theory]
    [InlineData("07070400000000", "0707080a010203")] // its address, and the place of the next
    [InlineData("070707aabbccdd", null, 2)] // no room for a whole address
    [InlineData("070708aabbccdd", "070708aabbccdd")] // full
    [InlineData("070703aabbccdd", null, 2)] // a pointer into the head of the option
    [InlineData("0702", null, 1)] // no pointer at all
    [InlineData("0707080a010203070708", null, 7)] // goes on beyond the header
    [InlineData("0707080a0102030707080a0102030101", null, 7)] // a second one
    public void A_record_of_the_way_gets_the_address_or_is_refused_at_a_byte(string options, string? written, int mistake = 0) =>
        Expect(options, written, mistake);

    [Theory]
    [InlineData("4408050000000000", "4408090001020304")] // the time alone
    [InlineData("440c05010000000000000000", "440c0d010a01020301020304")] // behind the address
    [InlineData("440c05030a01020300000000", "440c0d030a01020301020304")] // because it is asked by its address
    [InlineData("440c05030a01020900000000", "440c05030a01020900000000")] // another host is asked
    [InlineData("4408090000000000", "4408091000000000")] // no room: one host more that found none
    [InlineData("440809f000000000", null, 3)] // and no room for their number
    [InlineData("4408040000000000", null, 2)] // a pointer into the head of the option
    [InlineData("44030500", null, 1)] // no room for a head
    [InlineData("44080900000000004408090000000000", null, 8)] // a second one
    public void A_timestamp_gets_the_time_or_is_refused_at_a_byte(string options, string? written, int mistake = 0) =>
        Expect(options, written, mistake);

    [Theory]
    [InlineData("83070400000000", null, true)]
    [InlineData("89070400000000", null, true)]
    [InlineData("8303040183030400", 4, true)] // the way is named once
    [InlineData("83070300000000", 2, false)]
    [InlineData("94050000", 0, false)] // a router alert goes on beyond the header
    [InlineData("94030000", 1, false)] // and is too short
    public void Who_names_the_way_is_noted(string options, int? mistake, bool names)
    {
        (Ipv4Options read, _) = Enter(options);

        (read.NamesRoute, read.Mistake).Should().Be((names, 20 + mistake));
    }

    private static void Expect(string options, string? written, int mistake)
    {
        (Ipv4Options read, string after) = Enter(options);

        read.Mistake.Should().Be(written is null ? 20 + mistake : null);
        if (written is not null)
        {
            after.Should().StartWith(written.ToUpperInvariant());
        }
    }

    private static (Ipv4Options Read, string After) Enter(string options)
    {
        byte[] bytes = Convert.FromHexString(options);
        byte[] packet = [0x45, .. new byte[19], .. bytes, .. new byte[-bytes.Length & 3]];
        packet[0] += (byte)((packet.Length - 20) / 4);
        Ipv4Options read = Ipv4Options.Enter(packet, Own);
        return (read, Convert.ToHexString(packet.AsSpan(20)));
    }
}
