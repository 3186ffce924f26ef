using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Lab.Scenarios.Matching;

/// <summary>Calls a binding so that its exceptions arrive as they were thrown, and its tasks are finished.</summary>
internal static class Invocation
{
    public static object? InvokeUnwrapped(this MethodInfo method, object? target, params object?[] arguments)
    {
        try
        {
            object? result = method.Invoke(target, arguments);
            (result as Task)?.GetAwaiter().GetResult();
            return result;
        }
        catch (TargetInvocationException wrapped)
        {
            ExceptionDispatchInfo.Throw(wrapped.InnerException!);
            throw;
        }
    }
}
