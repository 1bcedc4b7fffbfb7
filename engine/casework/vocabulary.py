"""The happenings of a case, each with its words: audit action, clock event and notice are the same word."""

from __future__ import annotations

from types import MappingProxyType

# subject:action → (Chinese, English)
HAPPENINGS = MappingProxyType(
    {
        "case:opened": ("建立案件", "Case opened"),
        "case:imported": ("由台账导入", "Imported from a ledger"),
        "text:saved": ("保存文本", "Text saved"),
        "cosigner:invited": ("邀请联名", "Co-signer invited"),
        "cosigner:confirmed": ("确认联名", "Co-signature confirmed"),
        "cosigner:declined": ("谢绝联名", "Co-signature declined"),
        "case:submitted": ("提交", "Submitted"),
        "intake:proposed": ("提出受理审查意见", "Intake opinion given"),
        "intake:returned": ("退回再审", "Sent back for another look"),
        "case:accepted": ("受理", "Accepted"),
        "case:declined": ("不予受理", "Not accepted"),
        "case:transferred": ("转作代表来信", "Passed on as a letter"),
        "case:resubmitted": ("修改后重提", "Put forward again"),
        "delegation_check:passed": ("代表团审查通过", "Passed by the delegation"),
        "delegation_check:returned": ("代表团退回修改", "Given back by the delegation"),
        "withdrawal:requested": ("申请撤回", "Withdrawal asked for"),
        "withdrawal:answered": ("答复撤回", "Withdrawal answered"),
        "withdrawal:refused": ("不同意撤回", "Withdrawal refused"),
        "case:withdrawn": ("撤回", "Withdrawn"),
        "viewer:admitted": ("扩大知悉范围", "Person admitted to a restricted case"),
        "viewer:dismissed": ("缩小知悉范围", "Person no longer admitted"),
        "viewer:named": ("知悉范围内的人", "Person of the circle"),
        "case:merge_decided": ("决定并案", "Merging decided"),
        "case:merged": ("并案办理", "Merged into another"),
        "case:joined": ("有案件并入", "Another case merged in"),
        "case:separated": ("拆出另办", "Taken out again"),
        "merged:replied": ("并入的案件已答复", "The main case was answered"),
        "merged:evaluated": ("测评（并案）", "Evaluated (merged)"),
        "merged:waived": ("并案了结", "Closed with the main case"),
        "case:assigned": ("交办", "Assigned"),
        "assignment:signed_for": ("签收", "Signed for"),
        "contact:recorded": ("记录沟通", "Contact recorded"),
        "co_opinion:given": ("提出会办意见", "Co-opinion given"),
        "reply:drafted": ("起草答复", "Reply drafted"),
        "reply:passed": ("审核通过", "Reply passed"),
        "reply:returned": ("退回修改", "Reply returned"),
        "reply:finding_overridden": ("对提示说明理由后继续", "Went on with a reason for a finding"),
        "reply:signed": ("签发答复", "Reply signed"),
        "evaluation:given": ("测评", "Evaluated"),
        "evaluation:dissatisfied": ("测评为不满意", "Evaluated as dissatisfied"),
        "redo:ordered": ("退回重新办理", "Redo ordered"),
        "redo:waived": ("不再重办", "Redo waived"),
        "supervision:urged": ("催办", "Urged"),
        "commitment:made": ("作出承诺", "Commitment made"),
        "commitment:reported": ("报告承诺进展", "Commitment: progress reported"),
        "commitment:change_requested": ("申请调整承诺", "Commitment: change asked for"),
        "commitment:change_approved": (
            "单位同意调整承诺，报请决定",
            "Commitment: change approved by the unit",
        ),
        "commitment:change_refused": ("不同意调整承诺", "Commitment: change refused"),
        "commitment:changed": ("调整承诺", "Commitment changed"),
        "commitment:fulfilled": ("报告承诺已兑现", "Commitment reported as fulfilled"),
        "commitment:rated": ("评价承诺兑现", "Fulfilment rated"),
        "commitment:due": ("承诺将到期", "Commitment due soon"),
        "commitment:rating_due": ("请评价承诺兑现", "Rating of a fulfilment due"),
        "commitment:lapsed": ("承诺逾期", "Commitment lapsed"),
        "commitment:inherited": ("承诺由新单位承接", "Commitment inherited"),
        "commitment:carried_over": ("承诺结转下届", "Commitment carried over to the new term"),
        "commitment:superseded": ("承诺由新的答复取代", "Commitment superseded"),
        "assignment:inherited": ("由新单位承接办理", "Assignment inherited"),
        "return:requested": ("申请退回调整", "Return requested"),
        "return:agreed": ("同意退回", "Return agreed"),
        "return:refused": ("不同意退回", "Return refused"),
        "return:arbitrated": ("协调裁定承办单位", "Unit decided by arbitration"),
        "return:reassigned": ("改由其他单位承办", "Handed on to another unit"),
        "assignment:reassigned": ("重新交办", "Assigned again"),
        "objection:raised": ("代表对承办单位提出异议", "Deputy objected to the unit"),
        "objection:agreed": ("采纳代表异议", "Objection accepted"),
        "objection:refused": ("不采纳代表异议", "Objection not accepted"),
        "request:lapsed": ("申请因已答复而终止", "Request lapsed with the reply"),
        "case:closed": ("办结", "Closed"),
        "publication:prepared": ("准备公开文本", "Public copy prepared"),
        "publication:returned": ("退回公开文本", "Public copy sent back"),
        "publication:published": ("公开发布", "Published"),
        "publication:withheld": ("决定不予公开", "Withheld from publication"),
        "publication:withdrawn": ("停止公开", "Publication withdrawn"),
        "annual_report:prepared": ("准备年度办理情况报告", "Annual report prepared"),
        "annual_report:published": ("发布年度办理情况报告", "Annual report published"),
        "case:archived": ("归档", "Archived"),
        "bundle:taken": ("导出证据包", "Evidence bundle taken"),
        "task:claimed": ("领取", "Claimed"),
        "task:released": ("放回", "Released"),
        "assignment:officer_released": ("承办人不再承办", "Officer no longer in charge"),
        "task:delegated": ("转派", "Delegated"),
        "attachment:added": ("上传附件", "Attachment added"),
        "attachment:removed": ("移除附件", "Attachment removed"),
        "calendar:day_set": ("修改日历", "Calendar day changed"),
        "calendar:confirmed": ("确认日历", "Calendar confirmed"),
        "calendar:imported": ("导入日历", "Calendar imported"),
        "calendar:seeded": ("载入日历", "Calendar seeded"),
        "clock:postponed": ("期限暂缓处理", "Clock set aside"),
        "correspondence:wishes_changed": ("修改通知设置", "Notification settings changed"),
        "correspondence:phone_asked": ("申请验证手机", "Code sent to a phone"),
        "correspondence:phone_proved": ("验证手机", "Phone proved"),
        "correspondence:phone_forgotten": ("移除手机", "Phone removed"),
        "chat_group:added": ("添加群机器人", "Chat group added"),
        "chat_group:removed": ("移除群机器人", "Chat group removed"),
        "feed:made": ("开通日历订阅", "Calendar feed opened"),
        "feed:revoked": ("关闭日历订阅", "Calendar feed closed"),
        "notification:retried": ("重发通知", "Message sent again"),
        "ledger:begun": ("开始导入台账", "Ledger begun"),
        "ledger:finished": ("导入台账完成", "Ledger finished"),
        "document:printed": ("打印文书", "Document printed"),
        "template:changed": ("修改文书模板", "Template changed"),
        "template:restored": ("恢复原文书模板", "Template restored"),
        "case:watched": ("关注", "Watched"),
        "case:unwatched": ("取消关注", "No longer watched"),
    }
)


# clock.<key>:<kind>: what the sweep or a recount found
CLOCK_HAPPENINGS = MappingProxyType(
    {
        "warned": ("期限提醒", "Deadline warning"),
        "overdue": ("超期", "Overdue"),
        "lapsed": ("期满未提出", "Period over"),
        "recomputed": ("期限重新计算", "Deadline recounted"),
    }
)


def happening_title(action: str, locale: str) -> str:
    """The words for a happening; an unknown one (of a newer version) shows its own name."""
    subject, _colon, what = action.partition(":")
    words = CLOCK_HAPPENINGS.get(what) if subject.startswith("clock.") else HAPPENINGS.get(action)
    if words is None:
        return action
    return words[1] if locale == "en" else words[0]
