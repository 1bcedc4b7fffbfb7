// The words of bpmn-js in Chinese; what is not listed stays as it is.
const CHINESE = {
  "Activate hand tool": "移动画布", "Activate lasso tool": "框选", "Activate create/remove space tool": "增减空间",
  "Activate global connect tool": "连线", "Create start event": "开始事件", "Create intermediate/boundary event": "中间或边界事件",
  "Create end event": "结束事件", "Create gateway": "网关", "Create task": "任务", "Create data object reference": "数据对象",
  "Create data store reference": "数据存储", "Create expanded sub-process": "子流程", "Create pool/participant": "参与者",
  "Create group": "分组", "Append end event": "接结束事件", "Append gateway": "接网关", "Append task": "接任务",
  "Append intermediate/boundary event": "接中间事件", "Append compensation activity": "接补偿活动", "Change element": "改变类型",
  "Change type": "改变类型", "Connect to other element": "连到其他元素", "Connect using sequence/message flow or association": "连线",
  "Connect using association": "连接关联", "Add text annotation": "加注释", "Delete": "删除", "Remove": "删除",
  "Set color": "颜色", "Align elements": "对齐", "Distribute elements horizontally": "水平分布", "Distribute elements vertically": "垂直分布",
  "User task": "用户任务", "Service task": "系统任务", "Manual task": "人工任务", "Script task": "脚本任务", "Send task": "发送任务",
  "Receive task": "接收任务", "Business rule task": "规则任务", "Call activity": "调用活动", "Task": "任务",
  "Sub-process": "子流程", "Sub-process (expanded)": "子流程（展开）", "Sub-process (collapsed)": "子流程（收起）",
  "Event sub-process": "事件子流程", "Transaction": "事务", "Ad-hoc sub-process": "特别子流程",
  "Exclusive gateway": "排他网关", "Parallel gateway": "并行网关", "Inclusive gateway": "包容网关", "Complex gateway": "复杂网关",
  "Event-based gateway": "事件网关", "Start event": "开始事件", "End event": "结束事件", "Intermediate throw event": "中间抛出事件",
  "Message start event": "消息开始事件", "Timer start event": "定时开始事件", "Conditional start event": "条件开始事件",
  "Signal start event": "信号开始事件", "Message intermediate catch event": "消息中间事件", "Timer intermediate catch event": "定时中间事件",
  "Message intermediate throw event": "消息抛出事件", "Signal intermediate catch event": "信号中间事件",
  "Signal intermediate throw event": "信号抛出事件", "Conditional intermediate catch event": "条件中间事件",
  "Link intermediate catch event": "链接捕获事件", "Link intermediate throw event": "链接抛出事件", "Message end event": "消息结束事件",
  "Error end event": "错误结束事件", "Escalation end event": "上报结束事件", "Cancel end event": "取消结束事件",
  "Compensation end event": "补偿结束事件", "Signal end event": "信号结束事件", "Terminate end event": "终止结束事件",
  "Message boundary event": "消息边界事件", "Timer boundary event": "定时边界事件", "Signal boundary event": "信号边界事件",
  "Error boundary event": "错误边界事件", "Escalation boundary event": "上报边界事件", "Conditional boundary event": "条件边界事件",
  "Compensation boundary event": "补偿边界事件", "Message boundary event (non-interrupting)": "消息边界事件（不中断）",
  "Timer boundary event (non-interrupting)": "定时边界事件（不中断）", "Signal boundary event (non-interrupting)": "信号边界事件（不中断）",
  "Ad-hoc sub-process (collapsed)": "特别子流程（收起）", "Ad-hoc sub-process (expanded)": "特别子流程（展开）",
  "Add lane above": "在上方加泳道", "Add lane below": "在下方加泳道", "Divide into two lanes": "分为两条泳道", "Divide into three lanes": "分为三条泳道",
  "Append conditional intermediate catch event": "接条件事件", "Append message intermediate catch event": "接消息事件",
  "Append receive task": "接接收任务", "Append signal intermediate catch event": "接信号事件", "Append timer intermediate catch event": "接定时事件",
  "Boundary event": "边界事件", "Cancel boundary event": "取消边界事件", "Compensation intermediate throw event": "补偿抛出事件",
  "Compensation start event": "补偿开始事件", "Conditional boundary event (non-interrupting)": "条件边界事件（不中断）",
  "Conditional start event (non-interrupting)": "条件开始事件（不中断）", "Connect using data input association": "连接数据输入",
  "Data object reference": "数据对象", "Data store reference": "数据存储", "Empty pool/participant": "参与者（空）",
  "Expanded pool/participant": "参与者（展开）", "Participant multiplicity": "多个参与者", "Error start event": "错误开始事件",
  "Escalation boundary event (non-interrupting)": "上报边界事件（不中断）", "Escalation intermediate throw event": "上报抛出事件",
  "Escalation start event": "上报开始事件", "Escalation start event (non-interrupting)": "上报开始事件（不中断）",
  "Message start event (non-interrupting)": "消息开始事件（不中断）", "Signal start event (non-interrupting)": "信号开始事件（不中断）",
  "Timer start event (non-interrupting)": "定时开始事件（不中断）", "Toggle non-interrupting": "改为不中断",
  "Sequence flow": "顺序流", "Default flow": "默认分支", "Conditional flow": "条件分支", "Loop": "循环",
  "Parallel multi-instance": "并行多实例", "Sequential multi-instance": "顺序多实例", "Search in diagram": "在图中查找",
};

export function translator(language) {
  return (template, replacements = {}) => {
    const said = language === "zh" ? (CHINESE[template] ?? template) : template;
    return said.replace(/{([^}]+)}/g, (whole, name) => replacements[name] ?? whole);
  };
}
