using System.Collections.Immutable;
using System.Text;

namespace Lab.Simulator.Networks.Services;

/// <summary>A record of a name, other than its addresses (RFC 1035 section 3.2).</summary>
public sealed record NameRecord(string Name, ushort Type, ImmutableArray<byte> Data)
{
    internal const ushort TypeA = 1, TypePtr = 12, TypeAaaa = 28;

    private const ushort TypeText = 16, TypeService = 33;

    public static NameRecord Text(string name, string value) =>
        new(name, TypeText, [(byte)value.Length, .. Encoding.ASCII.GetBytes(value)]);

    /// <param name="target">Empty: the service is not available (RFC 2782).</param>
    public static NameRecord Service(string name, ushort priority, ushort weight, ushort port, string target) => new(
        name, TypeService, [.. NetworkOrder.Bytes(priority), .. NetworkOrder.Bytes(weight), .. NetworkOrder.Bytes(port), .. BytesOf(target)]);

    /// <summary>A name on the wire: its labels, each behind its length, and the root.</summary>
    internal static byte[] BytesOf(string name) => [.. LabelsOf(name), 0];

    /// <summary>The same without the root: a part of a name.</summary>
    internal static byte[] LabelsOf(string name) =>
    [
        .. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => Encoding.ASCII.GetBytes(label).Prepend((byte)label.Length)),
    ];
}
