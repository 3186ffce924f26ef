using FsCheck;
using FsCheck.Fluent;
using Lab.Engine.Interop.Netlink;

namespace Lab.Engine.Tests.Interop.Netlink;

public sealed class NftTraceEventTests
{
    /// <summary>As Linux 6.18 sent it: the first event of a base chain, a rule that jumps.</summary>
    private static readonly byte[] Jump = Message(
        family: 7,
        (1, "nwlab\0"u8.ToArray()), (2, "from-guests\0"u8.ToArray()), (3, [0, 0, 0, 0, 0, 0, 0, 14]), (4, [0, 0, 0, 3]),
        (0x8005, [8, 0, 1, 0, 0xff, 0xff, 0xff, 0xfd]), (6, [1, 2, 3, 4]), (8, [0x45, 0]), (9, [7]), (7, [0x52, 0x54]), (10, [0, 0, 0, 5]),
        (14, [0x80, 0, 0, 0]));

    [Fact]
    public void Attributes_become_what_they_mean_and_the_link_header_comes_first()
    {
        NftTraceEvent read = NftTraceEvent.Read(Jump)!;

        (read.Family, read.Table, read.Chain, read.Handle).Should().Be((NftTraceEvent.BridgeFamily, "nwlab", "from-guests", 14ul));
        (read.Kind, read.Verdict, read.Packet, read.Mark).Should().Be((NftTraceKind.Rule, NftTraceVerdict.Jump, 0x01020304u, 0x80000000u));
        (read.Ingress, read.Egress, read.EntersHook).Should().Be((5, 0, true));
        read.Headers.ToArray().Should().Equal(0x52, 0x54, 0x45, 0, 7);
    }

    [Fact]
    public void A_drop_may_carry_its_reason_above_the_verdict() =>
        NftTraceEvent.Read(Message(7, (5, [8, 0, 1, 0, 0, 1, 0, 0])))!.Verdict.Should().Be(NftTraceVerdict.Drop);

    [Fact]
    public void A_message_of_another_kind_is_none()
    {
        byte[] other = [.. Jump];
        other[4] = 16;

        NftTraceEvent.Read(other).Should().BeNull();
    }

    [Fact]
    public void Whatever_comes_is_read_or_refused() => Check.QuickThrowOnFailure(Prop.ForAll((byte[] noise, NonNegativeInt at, byte value) =>
    {
        byte[] spoilt = [.. Jump, .. noise];
        spoilt[at.Get % spoilt.Length] = value;
        _ = NftTraceEvent.Read(spoilt.AsSpan(0, spoilt.Length - at.Get % 40));
        _ = NftTraceEvent.Read(noise);
        return true;
    }));

    private static byte[] Message(byte family, params (ushort Type, byte[] Value)[] attributes)
    {
        byte[] body = [.. attributes.SelectMany(attribute => (byte[])
        [
            (byte)(attribute.Value.Length + 4), 0, (byte)attribute.Type, (byte)(attribute.Type >> 8), .. attribute.Value,
            .. new byte[(4 - attribute.Value.Length % 4) % 4],
        ])];
        return [.. BitConverter.GetBytes(20 + body.Length), 17, 10, 0, 0, .. new byte[8], family, 0, 0, 0, .. body];
    }
}
