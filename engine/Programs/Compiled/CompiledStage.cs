using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lab.Engine.Packets;

namespace Lab.Engine.Programs.Compiled;

/// <summary>A stage made ready for speed: the same outcome as <see cref="Evaluator"/>, without a trace.</summary>
/// <remarks>
/// The steps are data, not generated machine code: nothing is compiled at run time, a thousand ports cost a thousand
/// small arrays, and the program can be built ahead of time. Allocates nothing.
/// </remarks>
public sealed class CompiledStage
{
    private readonly Stage _stage;
    private readonly int _entry;
    private readonly Step[] _steps;
    private readonly Condition[] _conditions;
    private readonly StageOutcome[] _outcomes;

    private readonly Func<Field, FieldLayout> _layout;

    internal CompiledStage(
        Stage stage, int entry, Step[] steps, Condition[] conditions, StageOutcome[] outcomes, Func<Field, FieldLayout> layout) =>
        (_stage, _entry, _steps, _conditions, _outcomes, _layout) = (stage, entry, steps, conditions, outcomes, layout);

    /// <summary>Null for no stage, and for one too large to be worth it; <see cref="Evaluator"/> serves both.</summary>
    public static CompiledStage? Of(Stage? stage) => stage is null ? null : StageCompiler.Compile(stage);

    /// <inheritdoc cref="Evaluator.Evaluate"/>
    public StageOutcome Evaluate(ReadOnlySpan<byte> frame, in PacketContext context)
    {
        if (frame.Length < EthernetView.Length)
        {
            return Evaluator.Evaluate(_stage, frame, context);
        }

        ref byte start = ref MemoryMarshal.GetReference(frame);
        ref Step steps = ref MemoryMarshal.GetArrayDataReference(_steps);
        Places places = default;
        int at = _entry;
        while (at >= 0)
        {
            ref readonly Step step = ref Unsafe.Add(ref steps, at);
            bool holds = step.Kind switch
            {
                StepKind.Equal => frame.Length >= step.Present && IsEqual(ref start, step.Offset, step),
                StepKind.State => ((ulong)context.State & step.Mask) != 0 != step.Negated,
                StepKind.TransportEqual => places.Locate(frame, step) && IsEqual(ref start, places.Offset + step.Offset, step),
                StepKind.ArpEqual when places.IsUsualArp(frame) => frame.Length >= step.Present && IsEqual(ref start, step.Offset, step),
                StepKind.Direction => context.Direction is { } direction && (ulong)direction == step.Value,
                _ => Ask(frame, context, step, ref places),
            };
            at = holds ? step.Then : step.Else;
        }

        return _outcomes[~at];
    }

    private bool Ask(ReadOnlySpan<byte> frame, in PacketContext context, in Step step, ref Places places)
    {
        ref byte start = ref MemoryMarshal.GetReference(frame);
        return step.Kind switch
        {
            StepKind.InRange => frame.Length >= step.Present && IsInRange(ref start, step.Offset, step),
            StepKind.TransportInRange => places.Locate(frame, step) && IsInRange(ref start, places.Offset + step.Offset, step),
            StepKind.UpperProtocol => places.Find(frame) && ((byte)places.Protocol & step.Mask) == step.Value != step.Negated,
            _ => ConditionCheck.Holds(_conditions[step.Condition], frame, context, _layout),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsEqual(ref byte start, int offset, in Step step) =>
        (Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset)) & step.Mask) == step.Value != step.Negated;

    private static bool IsInRange(ref byte start, int offset, in Step step)
    {
        ulong window = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset));
        window = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(window) : window;
        ulong value = window >> step.Shift & ulong.MaxValue >> (64 - step.Bits);
        return value - step.Value <= step.Mask != step.Negated; // one comparison: below the range it wraps
    }

    /// <summary>Where things are that have no fixed place, found out when the first step asks.</summary>
    private struct Places
    {
        private bool _arpSought;
        private bool _arpUsual;
        private bool _sought;
        private int _ports;
        private int _tcp;
        private bool _found;
        private UpperLayer _upper;

        public readonly int Offset => _upper.Offset;

        public readonly IpProtocol Protocol => _upper.Protocol;

        /// <summary>IPv4 over Ethernet, with the lengths that this has: then addresses lie where they always do.</summary>
        public bool IsUsualArp(ReadOnlySpan<byte> frame)
        {
            if (!_arpSought)
            {
                _arpSought = true;
                _arpUsual = frame.Length >= EthernetView.Length + ArpView.MinimumLength
                    && BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) is (ushort)EtherType.Arp or (ushort)EtherType.Rarp
                    && BinaryPrimitives.ReadUInt64BigEndian(frame[14..]) >> 16 == 0x0001_0800_0604;
            }

            return _arpUsual;
        }

        public bool Find(ReadOnlySpan<byte> frame)
        {
            if (!_sought)
            {
                _sought = true;
                _found = UpperLayer.TryFind(frame, out _upper);
                _ports = Room(frame, Header.Ports);
                _tcp = Room(frame, Header.Tcp);
            }

            return _found;
        }

        public bool Locate(ReadOnlySpan<byte> frame, in Step step) =>
            Find(frame) && (step.Condition == 1 ? _tcp : _ports) >= step.Present;

        /// <summary>Bytes from the transport header on; negative without one of this kind.</summary>
        private readonly int Room(ReadOnlySpan<byte> frame, Header header) =>
            _found && FieldReader.Carries(_upper, header) ? frame.Length - _upper.Offset : -1;
    }
}
