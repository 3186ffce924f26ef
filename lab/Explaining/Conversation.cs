using Lab.Engine.Programs;
using Lab.Engine.Programs.Explaining;
using Lab.Engine.State;

namespace Lab.Explaining;

/// <summary>Explains packets one after the other, as they would meet one port: connections live from one to the next.</summary>
internal sealed class Conversation(FilterProgram program, TimeProvider clock)
{
    private readonly ConnectionTracker _tracker = new(clock);
    private ConnectionCounts? _counts;

    public ExplainedPacket Explain(AskedPacket asked)
    {
        TrackingResult tracking = _tracker.Track(asked.Frame);
        _counts ??= new(_tracker);
        _counts.Now(tracking, asked.Frame);
        string? connection = tracking.State == ConnectionStates.None ? null : StateOf(tracking); // now: later packets change it
        PacketContext context = new(tracking.State, tracking.Direction, _counts);
        Explanation explanation = Explainer.Explain(program, asked.Route, asked.Frame, context);
        if (explanation.Passes)
        {
            _tracker.Confirm(tracking);
        }

        return new(asked, connection, tracking.Refused, explanation);
    }

    private static string StateOf(TrackingResult tracking) => tracking is { Connection: { } connection, Direction: { } direction }
        ? $"{ConditionText.Of(tracking.State)}, {(direction == ConnectionDirection.Original ? "original" : "reply")} direction of {connection.Original}{TcpStateOf(connection)}"
        : ConditionText.Of(tracking.State);

    private static string TcpStateOf(Connection connection) =>
        connection.TcpState is { } tcp ? $", tcp {tcp.ToString().ToLowerInvariant()}" : "";
}
