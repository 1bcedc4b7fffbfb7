"""What the parts of a process folder are called on screen: acts, places of inboxes, happenings to draft and state."""

from __future__ import annotations

from engine.definitions.words import Words

ACTS = {
    "submit_text": Words("提交文本", "Hand in the text"),
    "check_by_delegation": Words("代表团审查", "Check by the delegation"),
    "register_motion": Words("登记转来的议案", "Register a motion that became one"),
    "propose_intake": Words("提出受理意见", "Propose to accept or decline"),
    "confirm_intake": Words("复核受理意见", "Confirm the intake opinion"),
    "record": Words("记录在案", "Put on record"),
    "decide_and_open": Words("决定并转办为另一类事项", "Decide, and make another kind of case of it"),
    "place_on_agenda": Words("列入会议议程", "Put on an agenda"),
    "hand_over": Words("逐条交办", "Hand over point by point"),
    "satisfaction_vote": Words("满意度表决", "Vote on satisfaction"),
    "gather_support": Words("征集支持", "Gather support"),
    "end_case": Words("提前终止", "End the case early"),
    "assign_units": Words("交办", "Assign to units"),
    "route_units": Words("分办", "Name the units of a case handed over whole"),
    "sign_for": Words("签收", "Sign for"),
    "give_co_opinion": Words("提出会办意见", "Give the co-opinion"),
    "send_opinion_back": Words("退回会办意见", "Send a co-opinion back"),
    "redo_co_opinion": Words("重提会办意见", "Give the co-opinion anew"),
    "draft_reply": Words("起草答复", "Draft the reply"),
    "review_reply": Words("审核答复", "Review the reply"),
    "sign_reply": Words("签发答复", "Sign the reply"),
    "evaluate": Words("测评", "Evaluate"),
    "decide_redo": Words("决定是否重办", "Decide on a redo"),
    "close_by_panel": Words("会商后结案", "Close by a panel"),
    "decide": Words("作出决定", "Decide"),
    "request_return": Words("申请退回", "Ask to be relieved"),
    "decide_return": Words("决定退回", "Decide on a return"),
    "reassign_unit": Words("改交其他单位", "Hand to another unit"),
    "arbitrate_unit": Words("协调裁定承办单位", "Settle who handles it"),
    "request_extension": Words("申请延期", "Ask for more time"),
    "decide_extension": Words("决定延期", "Decide on more time"),
    "extend_period": Words("延长期限", "Extend the period"),
    "request_coordination": Words("请求协调", "Ask for co-ordination"),
    "hold_meeting": Words("开会并记录", "Record a meeting"),
    "merge": Words("并案", "Merge"),
    "separate": Words("拆出另办", "Take out again"),
    "evaluate_merged": Words("并案件测评", "Evaluate a merged case"),
    "decide_merged": Words("决定并案件是否另办", "Decide on a merged case"),
    "admit_viewer": Words("扩大知悉范围", "Let one more person know"),
    "dismiss_viewer": Words("缩小知悉范围", "Let a person no longer know"),
    "request_withdrawal": Words("撤回", "Withdraw"),
    "answer_withdrawal": Words("答复撤回", "Answer a withdrawal"),
    "resubmit": Words("修改后重提", "Put forward again"),
    "propose_key": Words("提名重点督办", "Propose for key supervision"),
    "decide_key": Words("决定重点督办", "Decide on key supervision"),
    "plan_key": Words("制定重点督办方案", "Plan the key supervision"),
    "report_key": Words("报告重点督办结果", "Report on the key supervision"),
    "issue_card": Words("发出警示", "Issue a card"),
    "lift_card": Words("撤销警示", "Lift a card"),
    "count_askers": Words("统计提出人是否满意", "Count whether the askers are satisfied"),
    "extend_case_period": Words("延长案件的期限", "Extend a period of the case"),
    "form_group": Words("组成检查组", "Form the group"),
    "recuse": Words("回避", "Stand aside"),
    "distribute": Words("印发，收到的人即可知悉", "Send papers to those who may then know of it"),
    "entrust": Words("委托下一级人大", "Entrust a congress below"),
    "report_above": Words("向上一级人大报告", "Report to the congress above"),
    "list_problem": Words("列入问题清单", "List a problem"),
    "hand_problems": Words("交办问题", "Hand problems over"),
    "move_problem": Words("处理清单上的问题", "Deal with a listed problem"),
    "report_rectification": Words("报告整改", "Report what was put right"),
    "conclude_rectification": Words("结束整改", "Conclude the rectification"),
    "hand_over_with_problems": Words("连同问题交办意见", "Hand opinions over with the problems"),
    "decide_when_settled": Words("问题处理完后决定", "Decide once problems are settled"),
    "pass_or_return": Words("逐级审核，通过或者退回", "Pass it on or send it back"),
    "take_up_project": Words("要求填报绩效自评", "Ask for a self-evaluation"),
    "hand_in_report": Words("报送绩效自评报告", "Hand a self-evaluation in"),
    "publish_report": Words("公开绩效自评报告", "Publish a self-evaluation"),
    "withdraw_report": Words("撤下公开的绩效自评", "Withdraw a self-evaluation from the public"),
    "put_report_back": Words("重新公开绩效自评", "Put a self-evaluation back"),
}
EFFECTS = {
    "answer_merged": Words("一并答复并案的件", "Answer the cases merged into it"),
    "await_publication": Words("答复列为待公开", "Let the reply be due for the public"),
    "close_parts_sent_back": Words("了结被退回而期满的会办", "Close the parts sent back that lapsed"),
    "close_unevaluated": Words("期满未测评的，按规定办结", "Close what was not evaluated in time"),
    "free_merged": Words("放开并案的件，各自办理", "Let the cases merged into it go their own way"),
    "index_similar": Words("收入相似件索引", "Take it into the index of similar cases"),
    "keep_adjustment": Words("记下预算调整", "Keep the adjustment of the budget"),
    "keep_out_of_similar": Words("移出相似件索引", "Take it out of the index of similar cases"),
    "make_commitments": Words("把答复中的承诺列为承诺事项", "Track the promises of the reply"),
    "publish_record": Words("已记录的内容列为待公开", "Let what was put on record be due for the public"),
    "red_card": Words("发红牌", "Issue a red card"),
    "renew_public_copy": Words("更新公开的绩效自评", "Renew the public self-evaluation"),
    "tell_above": Words("告知委托的上级人大", "Tell the congress that entrusted it"),
    "yellow_card": Words("发黄牌", "Issue a yellow card"),
}
# What a grade may demand of the reply.
DEMANDS = {
    "commitment": Words("至少一项承诺", "At least one promise"),
    "reason": Words("写明理由", "A reason"),
}
PLACES = {
    "lead_deputy": Words("领衔代表", "Lead deputy"),
    "congress": Words("人大常委会机关", "Offices of the congress"),
    "unit": Words("承办单位", "Handling unit"),
    "government_office": Words("政府办公厅（室）", "Government office"),
    "assigning_body": Words("交办机关", "Assigning body"),
    "delegation": Words("代表团", "Delegation"),
    "asked_unit": Words("申请中指明的单位", "The unit that the request names"),
    "organ": Words("主管的委员会、工作机构", "The committee in charge"),
}
PER = {"case": Words("每件一个", "One per case"), "assignment": Words("每个承办单位一个", "One per unit")}
WHEN = {
    "always": Words("总是", "Always"),
    "between_sessions": Words("只在闭会期间", "Between sessions only"),
}
ASSIGNMENT_ROLES = {
    "lead": Words("主办", "Lead"),
    "co": Words("会办", "Co-handling"),
    "separate": Words("分办", "Separate"),
}
TYPES = {
    "text": Words("文字", "text"),
    "number": Words("数字", "number"),
    "truth": Words("是/否", "yes or no"),
    "list": Words("列表", "list"),
}
STATES = {
    "open": Words("修改中", "Being changed"),
    "proposed": Words("等待复核", "Before another administrator"),
    "approved": Words("已成为新版本", "A version now"),
    "discarded": Words("已放弃", "Given up"),
}
KINDS = {
    "opened": Words("建立草稿", "Draft begun"),
    "saved": Words("保存", "Saved"),
    "proposed": Words("提交复核", "Proposed"),
    "withdrawn": Words("撤回提交", "Proposal taken back"),
    "returned": Words("退回修改", "Given back"),
    "approved": Words("批准为新版本", "Made a version"),
    "discarded": Words("放弃", "Given up"),
}
CHANGES = {
    "added": Words("新增", "added"),
    "changed": Words("修改", "changed"),
    "removed": Words("删除", "removed"),
}
